use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bellpull_core::{DeliveryId, ReceiverId, Timestamp};
use tokio::sync::watch;

use crate::database::{DatabaseWrite, RecordDatabase};
use crate::kept::KeptRecord;
use crate::metrics::RecordMetrics;
use crate::query::DeliveryQuery;
use crate::recent::{Recent, RecentDeliveries};
use crate::record::Ended;
use crate::recorder::Recorder;
use crate::retention::Retention;
use crate::sequel::SequelStep;
use crate::settings::{RecordSettings, RecordedBodies};
use crate::stored_request::{LastRecord, StoredRequest};
use crate::unfinished::Unfinished;
use crate::view::DeliveryView;

/// What proves nothing has one in this many bytes, so that a flood of it pushes out nothing that does.
const UNPROVEN_ONE_IN: usize = 8;
/// Steps of deliveries whose record is not there yet, which wait for it. A notification may be faster
/// than the answer.
const MOST_EARLY: usize = 4096;

/// The records of a process, the newest of them.
pub struct RecordStore {
    settings: RecordSettings,
    metrics: RecordMetrics,
    state: Mutex<StoreState>,
    database: Option<RecordDatabase>,
    /// How many records have been kept so far.
    count: watch::Sender<u64>,
}

#[derive(Default)]
struct StoreState {
    /// By their numbers, which rise with time.
    records: BTreeMap<u64, Arc<KeptRecord>>,
    numbers: HashMap<DeliveryId, u64>,
    next: u64,
    proven: Retention,
    proven_bytes: usize,
    /// The numbers of records that prove nothing, the oldest first.
    unproven: VecDeque<u64>,
    unproven_bytes: usize,
    early: VecDeque<(DeliveryId, SequelStep)>,
    unfinished: Unfinished,
    recent: Recent,
}

impl RecordStore {
    #[must_use]
    pub fn new(settings: RecordSettings, metrics: RecordMetrics) -> Self {
        Self {
            settings,
            metrics,
            state: Mutex::default(),
            database: None,
            count: watch::Sender::new(0),
        }
    }

    /// Keeps the records over restarts, too.
    #[must_use]
    pub fn with_database(self, database: Option<RecordDatabase>) -> Self {
        Self { database, ..self }
    }

    /// Ends the database, at most within `limit`. Returns whether all records were written.
    pub fn close(&self, limit: Duration) -> bool {
        let database = self.database.as_ref();
        database.is_none_or(|database| database.close(limit))
    }

    /// Which bodies are kept.
    #[must_use]
    pub fn bodies(&self) -> RecordedBodies {
        self.settings.bodies
    }

    /// Keeps the record of a delivery that has ended.
    pub fn keep(&self, recorder: Recorder, ended: Ended) {
        let kept = Arc::new(KeptRecord::new(recorder.finish(ended)));
        let record = &kept.record;
        let mut state = self.locked();
        let number = state.next;
        state.next += 1;
        if record.replay_of.is_none() {
            let ended = &record.ended;
            state.recent.add(record.received, ended.outcome, ended.took);
        }
        let count = state.next;
        for step in state.take_early(&record.id) {
            kept.add(step);
        }
        let bytes = kept.weight();
        state.numbers.insert(record.id.clone(), number);
        if record.is_proven() {
            let own = self.settings.per_receiver;
            state.proven.add(&record.receiver, number, own);
            state.proven_bytes += bytes;
        } else {
            state.unproven.push_back(number);
            state.unproven_bytes += bytes;
        }
        state.records.insert(number, Arc::clone(&kept));
        self.make_room(state);
        if let Some(database) = &self.database {
            database.offer(DatabaseWrite::Record(kept));
        }
        self.count.send_replace(count);
    }

    /// Adds what became of a notification to the records of its deliveries.
    pub(crate) fn add<'a>(
        &self,
        deliveries: impl Iterator<Item = &'a DeliveryId>,
        step: &SequelStep,
    ) {
        let mut state = self.locked();
        let mut writes = Vec::new();
        for delivery in deliveries {
            let number = state.numbers.get(delivery);
            let kept = number.and_then(|number| state.records.get(number));
            if let Some(kept) = kept.map(Arc::clone) {
                state.proven_bytes += kept.add(step.clone());
                writes.push(DatabaseWrite::Record(kept));
            } else if let Some(bound) = state.unfinished.get(delivery) {
                writes.push(DatabaseWrite::Step {
                    delivery: delivery.clone(),
                    bound: bound.clone(),
                    step: step.clone(),
                });
            } else {
                state.wait(delivery, step);
            }
        }
        self.make_room(state);
        if let Some(database) = &self.database {
            writes.into_iter().for_each(|write| database.offer(write));
        }
    }

    /// The records that a query asks for, the newest first. A database is read, so that it may block.
    #[must_use]
    pub fn find(&self, query: &DeliveryQuery) -> Vec<DeliveryView> {
        self.find_counted(query).0
    }

    /// As [`find`](Self::find), with how many records had been kept at that moment: what is kept later, and
    /// nothing else, comes after that many.
    #[must_use]
    pub fn find_counted(&self, query: &DeliveryQuery) -> (Vec<DeliveryView>, u64) {
        let state = self.locked();
        let count = state.next;
        let newest = state.records.range(query.after.unwrap_or_default()..);
        let newest = newest.rev().map(|(_, kept)| kept);
        let asked = newest.filter(|kept| query.asks_for(&kept.record));
        let limit = query.limit.unwrap_or(usize::MAX);
        let found: Vec<Arc<KeptRecord>> = asked.take(limit).map(Arc::clone).collect();
        drop(state);
        let mut found: Vec<DeliveryView> =
            found.iter().map(|kept| DeliveryView::of(kept)).collect();
        // What is newer than that is in memory.
        let database = self.database.as_ref().filter(|_| query.after.is_none());
        if let Some(database) = database {
            let known = found.iter().map(|record| record.id.clone()).collect();
            found.extend(database.find(query, &known));
            // Ids sort by arrival.
            found.sort_by(|one, other| other.id.cmp(&one.id));
            found.truncate(limit);
        }
        (found, count)
    }

    /// The record of one delivery. A database is read, so that it may block.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<DeliveryView> {
        match (self.kept(id), &self.database) {
            (Some(kept), _) => Some(DeliveryView::of(&kept)),
            (None, Some(database)) => database.get(id),
            (None, None) => None,
        }
    }

    /// The request of one delivery, for a replay.
    #[must_use]
    pub fn request(&self, id: &str) -> Option<StoredRequest> {
        self.kept(id).map(|kept| StoredRequest::of(&kept.record))
    }

    /// The last delivery of each Receiver that has a record: its id and its outcome.
    #[must_use]
    pub fn last_of_receivers(&self) -> HashMap<ReceiverId, LastRecord> {
        let state = self.locked();
        let mut last = HashMap::new();
        for kept in state.records.values().rev() {
            let record = &kept.record;
            if !last.contains_key(&record.receiver) {
                last.insert(record.receiver.clone(), LastRecord::of(record));
            }
        }
        last
    }

    /// The deliveries of the hour before `now`, replays aside. Those count too that made room.
    #[must_use]
    pub fn recent(&self, now: Timestamp) -> RecentDeliveries {
        self.locked().recent.before(now)
    }

    /// Waits until more records than `count` have been kept.
    pub async fn more_than(&self, count: u64) {
        let mut changes = self.count.subscribe();
        // The sender is `self`, so it is not gone.
        drop(changes.wait_for(|now| *now > count).await);
    }

    fn kept(&self, id: &str) -> Option<Arc<KeptRecord>> {
        let state = self.locked();
        let mut newest = state.records.values().rev();
        newest.find(|kept| kept.record.id.as_str() == id).cloned()
    }

    #[cfg(test)]
    pub(crate) fn written_within(&self, limit: Duration) -> bool {
        let database = self.database.as_ref();
        database.is_none_or(|database| database.written_within(limit))
    }

    /// How many steps wait for their records.
    #[cfg(test)]
    pub(crate) fn early(&self) -> usize {
        self.locked().early.len()
    }

    fn make_room(&self, mut state: MutexGuard<'_, StoreState>) {
        // What they hold is given back once others may go on.
        let mut evicted = Vec::new();
        let unproven = self.settings.memory / UNPROVEN_ONE_IN;
        while state.unproven_bytes > unproven {
            let Some(number) = state.unproven.pop_front() else {
                break;
            };
            let kept = state.forget(number);
            let bytes = kept.as_ref().map_or(0, |kept| kept.weight());
            state.unproven_bytes = state.unproven_bytes.saturating_sub(bytes);
            evicted.extend(kept);
        }
        while state.proven_bytes > self.settings.memory - unproven {
            let Some(number) = state.proven.give_way(self.settings.per_receiver) else {
                break;
            };
            let kept = state.forget(number);
            let bytes = kept.as_ref().map_or(0, |kept| kept.weight());
            state.proven_bytes = state.proven_bytes.saturating_sub(bytes);
            evicted.extend(kept);
        }
        if self.database.is_some() {
            for kept in &evicted {
                state.unfinished.note(&kept.record);
            }
        }
        let kept = state.records.len();
        let bytes = state.proven_bytes + state.unproven_bytes;
        drop(state);
        self.metrics.set(kept, bytes);
        self.metrics.evicted(evicted.len() as u64);
    }

    fn locked(&self) -> MutexGuard<'_, StoreState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreState {
    fn forget(&mut self, number: u64) -> Option<Arc<KeptRecord>> {
        let kept = self.records.remove(&number)?;
        self.numbers.remove(&kept.record.id);
        Some(kept)
    }

    /// Keeps a step for a record that is not there yet.
    fn wait(&mut self, delivery: &DeliveryId, step: &SequelStep) {
        self.early.push_back((delivery.clone(), step.clone()));
        if self.early.len() > MOST_EARLY {
            self.early.pop_front();
        }
    }

    fn take_early(&mut self, id: &DeliveryId) -> Vec<SequelStep> {
        if self.early.is_empty() {
            return Vec::new();
        }
        let early = std::mem::take(&mut self.early);
        let (taken, left): (VecDeque<_>, VecDeque<_>) =
            early.into_iter().partition(|(delivery, _)| delivery == id);
        self.early = left;
        taken.into_iter().map(|(_, step)| step).collect()
    }
}
