use bytes::Bytes;
use futures_util::future::BoxFuture;

use jiff::Timestamp;

use crate::{Claims, TokenError, TokenExpectation};

/// The one way out to the network, for what components ask the host to look up.
pub trait Egress: Send + Sync + 'static {
    /// The claims of a token, once its signature, issuer, audience and times are right.
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>>;

    /// Has an issuer's keys at hand before the first token comes.
    fn expect_issuer(&self, issuer: &str);

    /// The body of one GET for the component of that digest, from a host that is among `hosts`:
    /// names, or `*.` before one.
    ///
    /// # Errors
    /// Why it could not be had, in a sentence.
    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>>;
}
