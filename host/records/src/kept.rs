use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::record::DeliveryRecord;
use crate::sequel::{Sequel, SequelStep};

/// A record that goes on being completed after the answer.
pub(crate) struct KeptRecord {
    pub(crate) record: DeliveryRecord,
    sequel: Mutex<Sequel>,
    /// An upper estimate of its memory.
    bytes: AtomicUsize,
    /// Whether it waits to be written to the database.
    pub(crate) waits: AtomicBool,
}

impl KeptRecord {
    pub(crate) fn new(record: DeliveryRecord) -> Self {
        Self {
            bytes: AtomicUsize::new(record.weight()),
            record,
            sequel: Mutex::default(),
            waits: AtomicBool::new(false),
        }
    }

    /// An upper estimate of its memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn sequel(&self) -> Sequel {
        self.locked().clone()
    }

    /// Adds a step, and returns how many bytes more the record takes.
    pub(crate) fn add(&self, step: SequelStep) -> usize {
        let more = self.locked().add(step);
        self.bytes.fetch_add(more, Ordering::Relaxed);
        more
    }

    fn locked(&self) -> MutexGuard<'_, Sequel> {
        self.sequel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
