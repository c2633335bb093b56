//! What the papers say of components and flags is what the code has.

mod bounds;
mod flags;
