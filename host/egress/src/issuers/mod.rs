//! Tokens of issuers that publish their keys (OpenID Connect Discovery 1.0).

mod clients;
mod discovery;
mod issuer;
mod keyring;

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Timestamp, TokenError, TokenExpectation};
use moka::sync::Cache;
use serde_json::{Map, Value};

use crate::http::Recording;
use crate::metrics::Metrics;
use crate::token::{KeySet, Match, Token, check_claims};
use crate::{Settings, SettingsError};
use clients::Clients;
use issuer::{Issuer, Way};
use keyring::Need;

/// Issuers whose keys are kept: far more than Receivers name, since whoever may write Receivers may
/// name any.
const MAX_ISSUERS: u64 = 10_000;
/// An issuer of which no delivery speaks is forgotten, once none of its keys could be used.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long a delivery waits for keys. The request goes on for the next one.
const PATIENCE: Duration = Duration::from_secs(2);

/// Verifies tokens against the keys that their issuers publish. Clones share what is known.
///
/// Keys are kept for as long as the issuer says (at least 5 minutes, at most 24 hours) and asked
/// for again when a token names one that is not among them, at most once a minute. While the issuer
/// does not answer, the last keys are used for 24 hours more. At most one request to an issuer is
/// under way; it is shared by all who wait and survives the delivery that began it.
#[derive(Clone)]
pub struct Issuers {
    clients: Clients,
    known: Cache<String, Arc<Issuer>>,
    metrics: Metrics,
}

impl Issuers {
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &Settings, metrics: Metrics) -> Result<Self, SettingsError> {
        Ok(Self::by(Clients::new(settings, &metrics)?, metrics))
    }

    /// Those of a recorded delivery.
    #[must_use]
    pub fn recorded(recording: &Recording, metrics: Metrics) -> Self {
        Self::by(Clients::recorded(recording, &metrics), metrics)
    }

    fn by(clients: Clients, metrics: Metrics) -> Self {
        Self {
            clients,
            known: Cache::builder()
                .max_capacity(MAX_ISSUERS)
                .time_to_idle(FORGOTTEN_AFTER)
                .build(),
            metrics,
        }
    }

    /// Asks for an issuer's keys in the background, so that the first delivery need not wait. Must
    /// be called within a tokio runtime.
    pub fn expect(&self, issuer: &str) {
        // What comes of it is logged where the answer is.
        let _under_way = self.keys_of(issuer, Need::Any, (Timestamp::now(), false));
    }

    /// The claims of a compact JWS (RFC 7515, section 3.1; RFC 7519) whose signature, issuer,
    /// audience and times are right at `now`, with 60 seconds between the clocks.
    ///
    /// What can be judged without keys is judged first: a token of an issuer that is not expected
    /// causes no request. Waits 2 seconds for keys at the longest. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// When the token is not what was expected, or its issuer's keys could not be had.
    pub async fn verify(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Map<String, Value>, TokenError> {
        let judged = self.judge(token, expected, now).await;
        self.metrics.judged(match &judged {
            Ok(_) => "verified",
            Err(TokenError::Unauthenticated(_)) => "unauthenticated",
            Err(TokenError::Unavailable(_)) => "unavailable",
        });
        judged
    }

    async fn judge(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Map<String, Value>, TokenError> {
        let token = Token::parse(token)?;
        let issuer = check_claims(token.claims(), expected, now)?;
        let mut found = Match::Unknown;
        for need in [Need::Any, Need::Newer] {
            if let Some(keys) = self.keys(issuer, need, now).await? {
                found = keys.check(&token);
            }
            // Other keys may be published meanwhile, but not another key of the same name.
            if found != Match::Unknown {
                break;
            }
        }
        let why = match found {
            Match::Signed => return Ok(token.into_claims()),
            Match::Forged => "has not signed the token",
            Match::Unfit => "is not for the token's algorithm",
            Match::Unknown => "that has signed the token is not among the issuer's",
        };
        Err(TokenError::Unauthenticated(format!(
            "{} {why}",
            token.shown_key()
        )))
    }

    /// None: there are no others than those that were looked at.
    async fn keys(
        &self,
        issuer: &str,
        need: Need,
        now: Timestamp,
    ) -> Result<Option<Arc<KeySet>>, TokenError> {
        let (flight, meanwhile) = match self.keys_of(issuer, need, (now, true)) {
            Way::Known(keys) => return Ok(Some(keys)),
            Way::NoOthers => return Ok(None),
            Way::Unavailable(why) => return Err(TokenError::Unavailable(why)),
            Way::Asked(flight, meanwhile) => (flight, meanwhile),
        };
        let answer = tokio::time::timeout(PATIENCE, flight)
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "the issuer has given no keys within {} s",
                    PATIENCE.as_secs()
                ))
            });
        match (answer, meanwhile) {
            (Ok(keys), _) | (Err(_), Some(keys)) => Ok(Some(keys)),
            (Err(why), None) => Err(TokenError::Unavailable(why)),
        }
    }

    fn keys_of(&self, issuer: &str, need: Need, at: (Timestamp, bool)) -> Way {
        let known = self
            .known
            .get_with_by_ref(issuer, || Arc::new(Issuer::new(issuer)));
        known.keys(&self.clients, &self.metrics, need, at)
    }
}
