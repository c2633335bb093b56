//! What a token says and whether it is right, without any I/O.

mod algorithm;
mod claims;
mod jwks;
mod jws;

#[cfg(test)]
mod tests;

pub(crate) use claims::check as check_claims;
pub(crate) use jwks::{KeySet, Match};
pub(crate) use jws::Token;

use bellpull_core::TokenError;

fn unauthenticated(why: impl Into<String>) -> TokenError {
    TokenError::Unauthenticated(why.into())
}
