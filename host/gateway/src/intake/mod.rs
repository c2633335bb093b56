//! From the head of a request to a delivery that is whole.

pub(crate) mod admit;
mod pace;
pub(crate) mod read;
