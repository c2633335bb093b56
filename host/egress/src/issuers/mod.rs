//! Verifies tokens of issuers that publish their keys (OpenID Connect Discovery 1.0).

mod clients;
mod discovery;
mod issuer;
mod keyring;

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Claims, Timestamp, TokenError, TokenExpectation};
use moka::sync::Cache;

use crate::http::Recording;
use crate::metrics::EgressMetrics;
use crate::token::{KeySet, SignatureCheck, Token, check_claims};
use crate::{EgressSettings, SettingsError};
use clients::Clients;
use issuer::{Issuer, KeyLookup};
use keyring::KeyNeed;

/// Issuers whose keys are kept. This is far more than Receivers need, since anyone who may write
/// Receivers may name any issuer.
const MAX_ISSUERS: u64 = 10_000;
/// An issuer that no delivery names is forgotten after this time. None of its keys is usable then.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long a delivery waits for keys. The request goes on for the next delivery.
const KEYS_TIMEOUT: Duration = Duration::from_secs(2);

/// Verifies tokens against the keys that their issuers publish. Clones share the keys.
///
/// Keys are kept for as long as the issuer says, from 5 minutes to 24 hours. They are requested
/// again when a token names a key that is not among them, at most once a minute. While the issuer
/// does not answer, the last keys are used for 24 hours more. At most one request to an issuer runs
/// at a time. All deliveries that wait share it, and it goes on if the delivery that began it ends.
#[derive(Clone)]
pub struct Issuers {
    clients: Clients,
    known: Cache<String, Arc<Issuer>>,
    metrics: EgressMetrics,
}

impl Issuers {
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &EgressSettings, metrics: EgressMetrics) -> Result<Self, SettingsError> {
        Ok(Self::with_clients(
            Clients::new(settings, &metrics)?,
            metrics,
        ))
    }

    /// Issuers that answer from a recording.
    #[must_use]
    pub fn recorded(recording: &Recording, metrics: EgressMetrics) -> Self {
        Self::with_clients(Clients::recorded(recording, &metrics), metrics)
    }

    fn with_clients(clients: Clients, metrics: EgressMetrics) -> Self {
        Self {
            clients,
            known: Cache::builder()
                .max_capacity(MAX_ISSUERS)
                .time_to_idle(FORGOTTEN_AFTER)
                .build(),
            metrics,
        }
    }

    /// Requests an issuer's keys in the background, so that the first delivery need not wait. Must
    /// be called within a tokio runtime.
    pub fn expect(&self, issuer: &str) {
        // The request logs its own failure.
        let _request = self.lookup(issuer, KeyNeed::Any, Timestamp::now(), false);
    }

    /// Verifies the signature, issuer, audience and times of a compact JWS (RFC 7515, section 3.1;
    /// RFC 7519) at `now`, and returns its claims. Clocks may differ by 60 seconds.
    ///
    /// The claims are checked first, so a token of an unexpected issuer causes no request. Waits at
    /// most 2 seconds for keys. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the token is not as expected, or the keys of its issuer are not available.
    pub async fn verify(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        let claims = self.check(token, expected, now).await;
        self.metrics.token_verified(match &claims {
            Ok(_) => "verified",
            Err(TokenError::Unauthenticated(_)) => "unauthenticated",
            Err(TokenError::Unavailable(_)) => "unavailable",
        });
        claims
    }

    async fn check(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        let token = Token::parse(token)?;
        let issuer = check_claims(token.claims(), expected, now)?;
        let mut found = SignatureCheck::Unknown;
        for need in [KeyNeed::Any, KeyNeed::Newer] {
            if let Some(keys) = self.keys(issuer, need, now).await? {
                found = keys.check(&token);
            }
            // Newer keys may include the named one, but never another key of the same name.
            if found != SignatureCheck::Unknown {
                break;
            }
        }
        let why = match found {
            SignatureCheck::Signed => return Ok(token.into_claims()),
            SignatureCheck::Forged => "has not signed the token",
            SignatureCheck::Unfit => "is not for the token's algorithm",
            SignatureCheck::Unknown => "that has signed the token is not among the issuer's",
        };
        Err(TokenError::Unauthenticated(format!(
            "{} {why}",
            token.shown_key()
        )))
    }

    /// `None`: there are no other keys than the known ones.
    async fn keys(
        &self,
        issuer: &str,
        need: KeyNeed,
        now: Timestamp,
    ) -> Result<Option<Arc<KeySet>>, TokenError> {
        let (request, meanwhile) = match self.lookup(issuer, need, now, true) {
            KeyLookup::Known(keys) => return Ok(Some(keys)),
            KeyLookup::NoOthers => return Ok(None),
            KeyLookup::Unavailable(why) => return Err(TokenError::Unavailable(why)),
            KeyLookup::Requested(request, meanwhile) => (request, meanwhile),
        };
        let answer = tokio::time::timeout(KEYS_TIMEOUT, request)
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "the issuer has given no keys within {} s",
                    KEYS_TIMEOUT.as_secs()
                ))
            });
        match (answer, meanwhile) {
            (Ok(keys), _) | (Err(_), Some(keys)) => Ok(Some(keys)),
            (Err(why), None) => Err(TokenError::Unavailable(why)),
        }
    }

    fn lookup(&self, issuer: &str, need: KeyNeed, now: Timestamp, is_wanted: bool) -> KeyLookup {
        let known = self
            .known
            .get_with_by_ref(issuer, || Arc::new(Issuer::new(issuer)));
        known.keys(&self.clients, &self.metrics, need, now, is_wanted)
    }
}
