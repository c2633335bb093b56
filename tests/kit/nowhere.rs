//! A sandbox without a network.

use bellpull_core::{Bytes, Claims, Egress, Timestamp, TokenError, TokenExpectation};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

const NO_NETWORK: &str = "there is no network here";

/// Refuses every token and every fetch.
pub struct Nowhere;

impl Egress for Nowhere {
    fn verify_token<'a>(
        &'a self,
        _token: &'a str,
        _expected: &'a TokenExpectation,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>> {
        ready(Err(TokenError::Unavailable(NO_NETWORK.to_owned()))).boxed()
    }

    fn expect_issuer(&self, _issuer: &str) {}

    fn fetch<'a>(
        &'a self,
        _component: &'a str,
        _url: &'a str,
        _hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>> {
        ready(Err(NO_NETWORK.to_owned())).boxed()
    }
}
