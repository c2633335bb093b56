//! CEL as filters evaluate it, compared with its specification.

mod conformance;
mod expected;
