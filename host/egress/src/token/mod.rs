//! Parses tokens, and checks their claims and signatures. Does no I/O.

mod algorithm;
mod claims;
mod error;
mod jwks;
mod jws;
mod public_key;

#[cfg(test)]
mod tests;

pub use claims::check as check_claims;
pub use jwks::{KeySet, SignatureCheck};
pub use jws::Token;
