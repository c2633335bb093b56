//! The pages say the bounds and the defaults that the code has.

mod bounds;
mod flags;
mod plugins;
