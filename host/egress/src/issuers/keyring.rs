//! Decides when an issuer is asked for its keys, and which keys are used until it answers.

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::Timestamp;

/// Keys are fresh for as long as the issuer says, within these bounds.
const FRESH_AT_LEAST: Duration = Duration::from_secs(5 * 60);
const FRESH_AT_MOST: Duration = Duration::from_secs(24 * 3600);
/// How long keys are fresh if the issuer does not say.
const FRESH_BY_DEFAULT: Duration = Duration::from_secs(3600);
/// How long stale keys are still used while the issuer does not answer.
const STALE_AT_MOST: Duration = Duration::from_secs(24 * 3600);
/// The least time between two requests, whatever tokens name.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// The least time between two requests while there are no keys at all.
const RETRY_EVERY: Duration = Duration::from_secs(10);
/// How far the times of deliveries may be out of order.
const REORDERED: Duration = Duration::from_secs(60);

/// The known keys `K` of one issuer. All times are those of the deliveries, so that a recorded
/// delivery is replayed at its own time.
pub(super) struct Keyring<K> {
    known: Option<KnownKeys<K>>,
    last: Option<LastRequest>,
}

struct KnownKeys<K> {
    keys: Arc<K>,
    at: Timestamp,
    fresh_for: Duration,
}

struct LastRequest {
    at: Timestamp,
    failure: Option<String>,
}

/// Which keys a token needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyNeed {
    /// Any known keys.
    Any,
    /// Newer keys: the token's key is not among the known ones.
    Newer,
}

/// How to get the keys for a token.
#[derive(Debug)]
pub(super) enum KeyDecision<K> {
    /// Use these keys.
    Use(Arc<K>),
    /// Ask the issuer. If it does not answer, use these keys.
    Ask(Option<Arc<K>>),
    /// There are no other keys: the issuer has answered just now.
    NoOthers,
    /// The last request failed just now.
    Unavailable(String),
}

impl<K> Default for Keyring<K> {
    fn default() -> Self {
        Self {
            known: None,
            last: None,
        }
    }
}

impl<K> Keyring<K> {
    pub(super) fn decide(&self, need: KeyNeed, now: Timestamp) -> KeyDecision<K> {
        let usable = self.known.as_ref().and_then(|known| known.usable(now));
        match (need, usable) {
            (KeyNeed::Any, Some((keys, true))) => KeyDecision::Use(keys),
            (KeyNeed::Any, Some((keys, false))) if self.asked_within(ASK_EVERY, now) => {
                KeyDecision::Use(keys)
            }
            (KeyNeed::Any, Some((keys, false))) => KeyDecision::Ask(Some(keys)),
            (KeyNeed::Newer, Some(_)) if self.asked_within(ASK_EVERY, now) => self.no_others(),
            (KeyNeed::Any | KeyNeed::Newer, None) if self.asked_within(RETRY_EVERY, now) => {
                self.no_others()
            }
            _ => KeyDecision::Ask(None),
        }
    }

    /// Records the result of a request.
    pub(super) fn record(&mut self, answer: &Result<FreshKeys<K>, String>, now: Timestamp) {
        self.last = Some(LastRequest {
            at: now,
            failure: answer.as_ref().err().cloned(),
        });
        if let Ok(fresh) = answer {
            self.known = Some(KnownKeys {
                keys: Arc::clone(&fresh.keys),
                at: now,
                fresh_for: fresh
                    .fresh_for
                    .unwrap_or(FRESH_BY_DEFAULT)
                    .clamp(FRESH_AT_LEAST, FRESH_AT_MOST),
            });
        }
    }

    fn no_others(&self) -> KeyDecision<K> {
        match self.last.as_ref().and_then(|last| last.failure.clone()) {
            Some(failure) => KeyDecision::Unavailable(failure),
            None => KeyDecision::NoOthers,
        }
    }

    fn asked_within(&self, span: Duration, now: Timestamp) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| age(last.at, now).is_some_and(|age| age < span))
    }
}

impl<K> KnownKeys<K> {
    /// The keys, and whether they are fresh.
    fn usable(&self, now: Timestamp) -> Option<(Arc<K>, bool)> {
        let keys = Arc::clone(&self.keys);
        match age(self.at, now) {
            Some(age) if age < self.fresh_for => Some((keys, true)),
            Some(age) if age >= self.fresh_for + STALE_AT_MOST => None,
            _ => Some((keys, false)),
        }
    }
}

/// Keys that the issuer has just sent.
#[derive(Debug)]
pub(super) struct FreshKeys<K> {
    pub(super) keys: Arc<K>,
    /// How long the issuer says that they are fresh.
    pub(super) fresh_for: Option<Duration>,
}

/// `None` if `at` lies ahead of `now`: the clock was set back, and the age is not known.
fn age(at: Timestamp, now: Timestamp) -> Option<Duration> {
    let age = now.duration_since(at);
    if age.unsigned_abs() <= REORDERED {
        return Some(Duration::try_from(age).unwrap_or_default());
    }
    Duration::try_from(age).ok()
}

#[cfg(test)]
mod tests;
