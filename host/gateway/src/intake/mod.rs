//! From the head of a request to a delivery that is whole.

pub(crate) mod admit;
pub(crate) mod memory;
pub(crate) mod read;
