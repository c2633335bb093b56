use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{DeliveryId, limits};
use bellpull_ports::BoundReceiver;

use crate::kept::KeptRecord;
use crate::sequel::SequelStep;

/// What proves nothing has one in this many bytes of the queue.
const UNPROVEN_ONE_IN: usize = 8;
/// How long records are gathered before they are written together. A crash loses no more than this and
/// what is being written.
const WINDOW: Duration = Duration::from_millis(200);
/// An estimate of the memory of a step whose record is not in memory any more, in bytes.
const STEP: usize = 1 << 10;

/// Something that the database is to hold.
pub(crate) enum DatabaseWrite {
    /// All that is known of a delivery.
    Record(Arc<KeptRecord>),
    /// What became of a delivery that memory has no longer.
    Step {
        delivery: DeliveryId,
        bound: Option<Arc<BoundReceiver>>,
        step: SequelStep,
    },
}

/// What waits to be written, within a bound of bytes. Nobody waits to add to it.
#[derive(Default)]
pub(crate) struct WriteQueue {
    state: Mutex<QueueState>,
    /// Tells the writer of the first write, or of the end; and whoever closes, that all is written.
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    waiting: Vec<DatabaseWrite>,
    /// Of what waits, and of what is being written.
    bytes: usize,
    unproven: usize,
    dropped: u64,
    is_closed: bool,
    has_ended: bool,
}

/// What is to be written together.
pub(crate) struct Batch {
    pub(crate) writes: Vec<DatabaseWrite>,
    bytes: usize,
    unproven: usize,
    /// What found no room since the last batch.
    pub(crate) dropped: u64,
}

impl DatabaseWrite {
    /// An estimate of the memory that it holds, in bytes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Record(kept) => kept.weight(),
            Self::Step { .. } => STEP,
        }
    }

    /// Notes whether it waits. Returns whether it did.
    fn waits(&self, waits: bool) -> bool {
        match self {
            Self::Record(kept) => kept.waits.swap(waits, Ordering::AcqRel),
            Self::Step { .. } => false,
        }
    }

    fn proves_nothing(&self) -> bool {
        matches!(self, Self::Record(kept) if !kept.record.is_proven())
    }
}

impl WriteQueue {
    /// Adds what is to be written. Where there is no room, or the writer has ended, it is dropped.
    pub(crate) fn offer(&self, write: DatabaseWrite) {
        // A record that waits is written as it then is.
        if write.waits(true) {
            return;
        }
        let bytes = write.weight();
        let unproven = if write.proves_nothing() { bytes } else { 0 };
        let mut state = self.locked();
        let has_room = state.bytes + bytes <= limits::RECORDS_QUEUE
            && state.unproven + unproven <= limits::RECORDS_QUEUE / UNPROVEN_ONE_IN;
        if state.is_closed || !has_room {
            state.dropped += 1;
            write.waits(false);
            return;
        }
        state.bytes += bytes;
        state.unproven += unproven;
        state.waiting.push(write);
        if state.waiting.len() == 1 {
            drop(state);
            self.changed.notify_all();
        }
    }

    /// Waits for writes, and gathers them for a while; at most for `idle`, after which there may be
    /// none. `None`: the queue is closed and empty.
    pub(crate) fn next(&self, idle: Duration) -> Option<Batch> {
        let first = |state: &mut QueueState| state.waiting.is_empty() && !state.is_closed;
        let state = self.wait(self.locked(), idle, first);
        let mut state = match state.waiting.is_empty() {
            true => state,
            false => self.wait(state, WINDOW, |state| !state.is_closed),
        };
        if state.is_closed && state.waiting.is_empty() && state.dropped == 0 {
            return None;
        }
        let writes = std::mem::take(&mut state.waiting);
        for write in &writes {
            // From here on a change of the record asks to be written anew.
            write.waits(false);
        }
        Some(Batch {
            writes,
            bytes: state.bytes,
            unproven: state.unproven,
            dropped: std::mem::take(&mut state.dropped),
        })
    }

    /// Gives the room of a batch to others.
    pub(crate) fn written(&self, batch: &Batch) {
        let mut state = self.locked();
        state.bytes -= batch.bytes;
        state.unproven -= batch.unproven;
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until all is written that is queued by now. Returns whether it is.
    #[cfg(test)]
    pub(crate) fn empty_within(&self, limit: Duration) -> bool {
        let waits = |state: &mut QueueState| state.bytes > 0;
        self.wait(self.locked(), limit, waits).bytes == 0
    }

    /// The writer has ended.
    pub(crate) fn end(&self) {
        self.locked().has_ended = true;
        self.changed.notify_all();
    }

    /// Takes nothing more, and has the writer end once all is written.
    pub(crate) fn close(&self) {
        self.locked().is_closed = true;
        self.changed.notify_all();
    }

    /// Waits until the writer has ended. Returns whether it has.
    pub(crate) fn ended_within(&self, limit: Duration) -> bool {
        let ended = |state: &mut QueueState| !state.has_ended;
        self.wait(self.locked(), limit, ended).has_ended
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, QueueState>,
        limit: Duration,
        goes_on: impl Fn(&mut QueueState) -> bool,
    ) -> MutexGuard<'a, QueueState> {
        let waited = self.changed.wait_timeout_while(state, limit, goes_on);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn locked(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
