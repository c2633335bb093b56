use bytes::Bytes;
use futures_util::future::BoxFuture;

use jiff::Timestamp;

use crate::{Claims, TokenError, TokenExpectation};

/// The only way to the network for requests that components ask the host to make.
pub trait Egress: Send + Sync + 'static {
    /// Verifies a token's signature, issuer, audience and times, and returns its claims.
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>>;

    /// Fetches an issuer's keys before the first token arrives.
    fn expect_issuer(&self, issuer: &str);

    /// The body of one GET request for the component with that digest. The host of `url` must match
    /// one of `hosts`, which are host names or `*.` followed by one.
    ///
    /// # Errors
    /// Why the document cannot be fetched, in a sentence.
    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>>;
}
