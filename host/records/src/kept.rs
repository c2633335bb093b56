use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{Target, Timestamp};

use crate::record::{DeliveryRecord, TARGET};

/// Attempts of one record that are kept: the first ones, and the newest.
const MOST_ATTEMPTS: usize = 256;

/// A record that goes on being completed after the answer.
pub(crate) struct KeptRecord {
    pub(crate) record: DeliveryRecord,
    attempts: Mutex<Vec<RecordedAttempt>>,
}

/// One attempt to notify a target.
#[derive(Clone)]
pub(crate) struct RecordedAttempt {
    pub(crate) target: Target,
    pub(crate) began: Timestamp,
    pub(crate) took: Duration,
    /// Why it failed, if it did.
    pub(crate) error: Option<String>,
}

impl KeptRecord {
    pub(crate) fn new(record: DeliveryRecord, attempts: Vec<RecordedAttempt>) -> Self {
        Self {
            record,
            attempts: Mutex::new(attempts),
        }
    }

    pub(crate) fn attempts(&self) -> Vec<RecordedAttempt> {
        self.locked().clone()
    }

    /// Adds an attempt, and returns how many bytes more the record takes.
    pub(crate) fn attempted(&self, attempt: RecordedAttempt) -> usize {
        let mut attempts = self.locked();
        let bytes = attempt.weight();
        if attempts.len() < MOST_ATTEMPTS {
            attempts.push(attempt);
            return bytes;
        }
        if let Some(newest) = attempts.last_mut() {
            *newest = attempt;
        }
        0
    }

    fn locked(&self) -> MutexGuard<'_, Vec<RecordedAttempt>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordedAttempt {
    /// An estimate of its memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        TARGET + self.error.as_ref().map_or(0, String::len)
    }
}
