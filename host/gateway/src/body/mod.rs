//! The body of a delivery: whether it is read, how fast it must arrive, and reading it.

pub(crate) mod admit;
mod arrival_rate;
pub(crate) mod read;
