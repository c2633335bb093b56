use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{GivenUp, Target, Timestamp};

use crate::record::TARGET;

/// Attempts of one record that are kept, and targets that were given up: the first ones, and the newest.
const MOST_STEPS: usize = 256;

/// What becomes of the notifications of a delivery, mostly after its answer.
#[derive(Clone, Default)]
pub(crate) struct Sequel {
    pub(crate) attempts: Vec<Arc<RecordedAttempt>>,
    pub(crate) given_up: Vec<Arc<RecordedGivenUp>>,
}

/// What is added to a sequel. All deliveries that share a notification share it.
#[derive(Clone)]
pub(crate) enum SequelStep {
    Attempted(Arc<RecordedAttempt>),
    GivenUp(Arc<RecordedGivenUp>),
}

/// One attempt to notify a target.
pub(crate) struct RecordedAttempt {
    pub(crate) target: Target,
    pub(crate) began: Timestamp,
    pub(crate) took: Duration,
    /// Why it failed, if it did.
    pub(crate) error: Option<String>,
}

/// A target that is not notified any more.
pub(crate) struct RecordedGivenUp {
    pub(crate) target: Target,
    pub(crate) at: Timestamp,
    pub(crate) why: GivenUp,
}

impl Sequel {
    /// Adds a step, and returns how many bytes more the sequel takes.
    pub(crate) fn add(&mut self, step: SequelStep) -> usize {
        let bytes = step.weight();
        let is_more = match step {
            SequelStep::Attempted(attempt) => push(&mut self.attempts, attempt),
            SequelStep::GivenUp(given_up) => push(&mut self.given_up, given_up),
        };
        if is_more { bytes } else { 0 }
    }
}

/// Adds the newest, in the place of the one before where there are many. Returns whether it is one more.
pub(crate) fn push<T>(list: &mut Vec<T>, newest: T) -> bool {
    let has_room = list.len() < MOST_STEPS;
    list.truncate(MOST_STEPS - 1);
    list.push(newest);
    has_room
}

impl SequelStep {
    /// An estimate of its memory, in bytes.
    fn weight(&self) -> usize {
        match self {
            Self::Attempted(attempt) => TARGET + attempt.error.as_ref().map_or(0, String::len),
            Self::GivenUp(_) => TARGET,
        }
    }
}
