//! When an issuer is asked for its keys, and which are used until it answers.

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::Timestamp;

/// Keys are asked for again after as long as the issuer says, within these bounds.
const FRESH_AT_LEAST: Duration = Duration::from_secs(5 * 60);
const FRESH_AT_MOST: Duration = Duration::from_secs(24 * 3600);
/// Where the issuer does not say.
const FRESH_BY_DEFAULT: Duration = Duration::from_secs(3600);
/// How long keys are used while the issuer gives no fresher ones.
const STALE_AT_MOST: Duration = Duration::from_secs(24 * 3600);
/// Between two requests, whatever tokens ask for.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// Between two requests while there are no keys at all.
const RETRY_EVERY: Duration = Duration::from_secs(10);
/// How far deliveries may lie apart whose times are compared.
const REORDERED: Duration = Duration::from_secs(60);

/// The keys `K` of one issuer, as far as they are known. Times are those of the deliveries that
/// asked, so that a recorded delivery is judged by its own time.
pub(super) struct Keyring<K> {
    known: Option<Known<K>>,
    last: Option<Last>,
}

struct Known<K> {
    keys: Arc<K>,
    at: Timestamp,
    fresh_for: Duration,
}

/// The last time that the issuer was asked.
struct Last {
    at: Timestamp,
    failure: Option<String>,
}

/// Which keys will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Those that are known.
    Any,
    /// Others than those that are known: the token's is not among them.
    Newer,
}

/// What is to be done for a token.
#[derive(Debug)]
pub(super) enum Step<K> {
    /// These keys are right.
    Use(Arc<K>),
    /// Ask the issuer; if it does not answer, use these.
    Ask(Option<Arc<K>>),
    /// There are no others: the issuer was asked just now.
    NoOthers,
    /// The issuer was asked just now, in vain.
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
    pub(super) fn step(&self, need: Need, now: Timestamp) -> Step<K> {
        let usable = self.known.as_ref().and_then(|known| known.usable(now));
        match (need, usable) {
            (Need::Any, Some((keys, true))) => Step::Use(keys),
            (Need::Any, Some((keys, false))) if self.asked_within(ASK_EVERY, now) => {
                Step::Use(keys)
            }
            (Need::Any, Some((keys, false))) => Step::Ask(Some(keys)),
            (Need::Newer, Some(_)) if self.asked_within(ASK_EVERY, now) => self.no_others(),
            (Need::Any | Need::Newer, None) if self.asked_within(RETRY_EVERY, now) => {
                self.no_others()
            }
            _ => Step::Ask(None),
        }
    }

    /// The issuer has answered, or has not.
    pub(super) fn record(&mut self, answer: &Result<Fresh<K>, String>, now: Timestamp) {
        self.last = Some(Last {
            at: now,
            failure: answer.as_ref().err().cloned(),
        });
        if let Ok(fresh) = answer {
            self.known = Some(Known {
                keys: Arc::clone(&fresh.keys),
                at: now,
                fresh_for: fresh
                    .fresh_for
                    .unwrap_or(FRESH_BY_DEFAULT)
                    .clamp(FRESH_AT_LEAST, FRESH_AT_MOST),
            });
        }
    }

    fn no_others(&self) -> Step<K> {
        match self.last.as_ref().and_then(|last| last.failure.clone()) {
            Some(failure) => Step::Unavailable(failure),
            None => Step::NoOthers,
        }
    }

    fn asked_within(&self, span: Duration, now: Timestamp) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| age(last.at, now).is_some_and(|age| age < span))
    }
}

impl<K> Known<K> {
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

/// Keys that the issuer has just given.
#[derive(Debug)]
pub(super) struct Fresh<K> {
    pub(super) keys: Arc<K>,
    /// As the issuer says.
    pub(super) fresh_for: Option<Duration>,
}

/// Nothing for what lies ahead of `now`: the clock was set back, and how old it is nobody knows.
fn age(at: Timestamp, now: Timestamp) -> Option<Duration> {
    let age = now.duration_since(at);
    if age.unsigned_abs() <= REORDERED {
        return Some(Duration::try_from(age).unwrap_or_default());
    }
    Duration::try_from(age).ok()
}

#[cfg(test)]
mod tests;
