//! CEL as filters evaluate it, beside CEL as it is specified.

mod conformance;
mod expected;
