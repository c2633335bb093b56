//! Records in an SQLite file.

mod bounds;
mod broken;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bellpull_core::{Acceptance, DeliveryId, Event, GivenUp, Timestamp};
use bellpull_road::Observe as _;
use tempfile::TempDir;

use super::support::{entry, recorder_at, target};
use super::{attempt, ended};
use crate::sequel::{RecordedGivenUp, SequelStep};
use crate::{
    DatabaseSettings, DeliveryQuery, Ended, LEAST_SIZE, RecordDatabase, RecordMetrics,
    RecordSettings, RecordStore,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// A store over a directory, as a process has it.
struct Process {
    store: RecordStore,
    metrics: RecordMetrics,
}

fn settings(folder: &Path) -> DatabaseSettings {
    DatabaseSettings {
        directory: folder.to_owned(),
        max_age: None,
        max_size: LEAST_SIZE,
    }
}

impl Process {
    fn start(folder: &Path, memory: usize) -> Self {
        Self::with(settings(folder), memory)
    }

    fn with(settings: DatabaseSettings, memory: usize) -> Self {
        let metrics = RecordMetrics::default();
        let of_memory = RecordSettings {
            memory,
            per_receiver: 1,
            ..RecordSettings::default()
        };
        let database = RecordDatabase::open(settings, metrics.clone()).unwrap();
        let store = RecordStore::new(of_memory, metrics.clone());
        let store = store.with_database(Some(database));
        Self { store, metrics }
    }

    fn keep(&self, is_proven: bool, ended: Ended) -> DeliveryId {
        self.keep_at(Timestamp::now(), is_proven, ended)
    }

    fn keep_at(&self, received: Timestamp, is_proven: bool, ended: Ended) -> DeliveryId {
        let id = DeliveryId::generate();
        let mut recorder = recorder_at(&entry("app"), id.clone(), received);
        if is_proven {
            recorder.authorized(&Arc::new(Acceptance::from(Event::default())));
        }
        self.store.keep(recorder, ended);
        id
    }

    fn all(&self) -> Vec<String> {
        self.found(&DeliveryQuery::default())
    }

    fn found(&self, query: &DeliveryQuery) -> Vec<String> {
        let found = self.store.find(query).into_iter();
        found.map(|record| record.id).collect()
    }

    fn until_written(&self) {
        assert!(self.store.written_within(PATIENCE), "{:?}", self.metrics);
    }

    fn end(self) {
        assert!(self.store.close(PATIENCE));
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("records.db")
}

fn texts(ids: &[DeliveryId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn records_and_what_became_of_them_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    let mut ids: Vec<DeliveryId> = (0..3)
        .map(|_| process.keep(true, ended("notified")))
        .collect();
    attempt(&process.store, &ids[1], Some("conflict"));
    process.until_written();
    attempt(&process.store, &ids[1], None);
    let before = process.store.get(ids[1].as_str());
    process.end();
    let process = Process::start(folder.path(), 1 << 20);
    let after = process.store.get(ids[1].as_str());
    assert_eq!(after.as_ref().map(|record| record.attempts.len()), Some(2));
    assert_eq!(after, before);
    ids.push(process.keep(false, ended("unauthenticated")));
    ids.reverse();
    assert_eq!(process.all(), texts(&ids), "the newest come first");
}

#[test]
fn memory_and_database_are_one_list() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 16 << 10);
    let outcomes = ["notified", "accepted"];
    let mut ids: Vec<DeliveryId> = (0..100)
        .map(|index| process.keep(true, ended(outcomes[index % 2])))
        .collect();
    process.until_written();
    ids.reverse();
    let ids = texts(&ids);
    assert_eq!(process.all(), ids);
    let query = |limit, outcome: Option<&str>| DeliveryQuery {
        limit,
        outcome: outcome.map(str::to_owned),
        receiver: Some("app".to_owned()),
        namespace: Some("default".to_owned()),
        ..DeliveryQuery::default()
    };
    assert_eq!(process.found(&query(Some(40), None)), ids[..40]);
    let notified: Vec<String> = ids.iter().skip(1).step_by(2).cloned().collect();
    assert_eq!(process.found(&query(None, Some("notified"))), notified);
    let later = DeliveryQuery {
        since: Some(Timestamp::now()),
        ..DeliveryQuery::default()
    };
    assert_eq!(process.found(&later), [""; 0]);
    assert_eq!(process.store.get("nothing"), None);
}

#[test]
fn a_record_that_made_room_is_completed_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 16 << 10);
    let id = process.keep(true, ended("accepted"));
    for _ in 0..100 {
        process.keep(true, ended("notified"));
    }
    process.until_written();
    attempt(&process.store, &id, Some("a text of a stranger"));
    let given_up = RecordedGivenUp {
        target: target("app"),
        at: Timestamp::UNIX_EPOCH,
        why: GivenUp::Retried,
    };
    let step = SequelStep::GivenUp(Arc::new(given_up));
    process.store.add([&id].into_iter(), &step);
    process.until_written();
    let record = process.store.get(id.as_str()).unwrap();
    // The secrets of this Receiver are not known.
    assert_eq!(record.attempts[0].error.as_deref(), Some("[redacted]"));
    assert_eq!(record.given_up.len(), 1);
}

#[test]
fn a_record_is_found_while_it_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 16 << 10);
    let id = process.keep(true, ended("notified"));
    process.until_written();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..300 {
                process.keep(true, ended("notified"));
            }
            is_over.store(true, Ordering::Release);
        });
        while !is_over.load(Ordering::Acquire) {
            assert!(process.store.get(id.as_str()).is_some());
        }
    });
    assert!(process.store.get(id.as_str()).is_some());
}

#[test]
fn people_query_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    let received = "2026-01-02T03:04:05.678Z".parse().unwrap();
    let id = process.keep_at(received, true, ended("notified"));
    attempt(&process.store, &id, None);
    process.end();
    let connection = rusqlite::Connection::open(file(&folder)).unwrap();
    let columns = "id, received, namespace, receiver, outcome, notified, given_up, proven, \
                   json_extract(record, '$.outcome')";
    let sql = format!("SELECT concat_ws(' ', {columns}) FROM deliveries");
    let row: String = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
    let rest = "2026-01-02T03:04:05.678Z default app notified 1 0 1 notified";
    assert_eq!(row, format!("{id} {rest}"));
}
