//! What the tests share.
pub mod serve;
