//! Parses tokens, and checks their claims and signatures. Does no I/O.

mod algorithm;
mod claims;
mod error;
mod jwks;
mod jws;
mod public_key;

#[cfg(test)]
mod tests;

pub(crate) use claims::check as check_claims;
pub(crate) use jwks::{KeySet, SignatureCheck};
pub(crate) use jws::Token;
