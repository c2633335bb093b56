#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod database;
mod support;

use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Acceptance, DeliveryId, Event, GivenUp, Timestamp};
use bellpull_road::Observe as _;

use self::support::{entry, recorder, target};
use crate::sequel::{RecordedAttempt, RecordedGivenUp, SequelStep};
use crate::{DeliveryQuery, Ended, RecordMetrics, RecordSettings, RecordStore};

fn store(memory: usize, per_receiver: usize) -> RecordStore {
    let settings = RecordSettings {
        memory,
        per_receiver,
        ..RecordSettings::default()
    };
    RecordStore::new(settings, RecordMetrics::default())
}

fn ended(outcome: &'static str) -> Ended {
    Ended {
        outcome,
        ..Ended::default()
    }
}

/// Keeps a record of the Receiver, and returns the delivery's id.
fn keep(store: &RecordStore, receiver: &str, is_proven: bool) -> DeliveryId {
    let id = DeliveryId::generate();
    let mut recorder = recorder(&entry(receiver), id.clone());
    if is_proven {
        recorder.authorized(&Arc::new(Acceptance::from(Event::default())));
    }
    store.keep(
        recorder,
        ended(if is_proven {
            "notified"
        } else {
            "unauthenticated"
        }),
    );
    id
}

fn attempt(store: &RecordStore, id: &DeliveryId, error: Option<&str>) {
    let attempt = RecordedAttempt {
        target: target("app"),
        began: Timestamp::UNIX_EPOCH,
        took: Duration::from_millis(1),
        error: error.map(str::to_owned),
    };
    let step = SequelStep::Attempted(Arc::new(attempt));
    store.add([id].into_iter(), &step);
}

/// How many records of each Receiver are kept.
fn count(store: &RecordStore, receiver: &str) -> usize {
    let query = DeliveryQuery {
        receiver: Some(receiver.to_owned()),
        ..DeliveryQuery::default()
    };
    store.find(&query).len()
}

#[test]
fn a_noisy_receiver_pushes_out_none_of_a_quiet_ones_newest() {
    let store = store(256 << 10, 3);
    for _ in 0..3 {
        keep(&store, "quiet", true);
    }
    for _ in 0..1000 {
        keep(&store, "noisy", true);
    }
    assert_eq!(count(&store, "quiet"), 3);
    let noisy = count(&store, "noisy");
    assert!((4..1000).contains(&noisy), "{noisy}");
}

#[test]
fn what_proves_nothing_pushes_out_nothing_that_does() {
    let store = store(256 << 10, 1);
    for _ in 0..20 {
        keep(&store, "app", true);
    }
    for _ in 0..1000 {
        keep(&store, "app", false);
    }
    let all = store.find(&DeliveryQuery::default());
    let proven = all.iter().filter(|record| record.outcome == "notified");
    assert_eq!(proven.count(), 20);
    let unproven = all.iter().filter(|record| record.outcome != "notified");
    let unproven = unproven.count();
    assert!((1..100).contains(&unproven), "{unproven}");
}

#[test]
fn the_newest_come_first_and_one_is_found_by_its_id() {
    let store = store(1 << 20, 10);
    let ids = ["a", "b", "c"].map(|receiver| keep(&store, receiver, true));
    let found = store.find(&DeliveryQuery {
        limit: Some(2),
        ..DeliveryQuery::default()
    });
    let found: Vec<&str> = found.iter().map(|record| &*record.id).collect();
    assert_eq!(found, [ids[2].as_str(), ids[1].as_str()]);
    let one = store
        .get(ids[0].as_str())
        .map(|record| record.receiver.name);
    assert_eq!(one.as_deref(), Some("a"));
    assert!(store.get("nothing").is_none());
}

#[test]
fn attempts_are_added_whether_the_record_is_there_or_not() {
    let store = store(1 << 20, 10);
    let early = DeliveryId::generate();
    attempt(&store, &early, Some("conflict"));
    let mut recorder = recorder(&entry("app"), early.clone());
    recorder.authorized(&Arc::new(Acceptance::from(Event::default())));
    store.keep(recorder, ended("accepted"));
    attempt(&store, &early, None);
    let attempts = store.get(early.as_str()).unwrap().attempts;
    let errors: Vec<Option<&str>> = attempts.iter().map(|it| it.error.as_deref()).collect();
    assert_eq!(errors, [Some("conflict"), None]);
    // Of a delivery that nobody records, nothing stays for long.
    for _ in 0..100_000 {
        attempt(&store, &DeliveryId::generate(), None);
    }
    assert!(store.early() <= 4096, "{}", store.early());
}

#[test]
fn many_attempts_are_bounded_and_the_newest_is_kept() {
    let store = store(1 << 20, 10);
    let id = keep(&store, "app", true);
    for _ in 0..1000 {
        attempt(&store, &id, Some("conflict"));
    }
    attempt(&store, &id, None);
    let attempts = store.get(id.as_str()).unwrap().attempts;
    assert_eq!(attempts.len(), 256);
    assert_eq!(attempts.last().unwrap().error, None);
}

#[test]
fn what_is_given_up_is_recorded_however_many_attempts_there_were() {
    let store = store(1 << 20, 10);
    let id = keep(&store, "app", true);
    for _ in 0..1000 {
        attempt(&store, &id, Some("conflict"));
    }
    for why in [GivenUp::Retried, GivenUp::Permanent, GivenUp::Ended] {
        let given_up = RecordedGivenUp {
            target: target("app"),
            at: Timestamp::UNIX_EPOCH,
            why,
        };
        store.add([&id].into_iter(), &SequelStep::GivenUp(Arc::new(given_up)));
    }
    let given_up = store.get(id.as_str()).unwrap().given_up;
    let why: Vec<&str> = given_up.iter().map(|it| &*it.why).collect();
    let expected = [
        "attempts have failed for as long as --notify-retry says",
        "another attempt would not help",
        "the process ended first",
    ];
    assert_eq!(why, expected);
}

#[test]
fn memory_stays_below_its_bound() {
    let (memory, metrics) = (200 << 10, RecordMetrics::default());
    let settings = RecordSettings {
        memory,
        per_receiver: 1000,
        ..RecordSettings::default()
    };
    let store = RecordStore::new(settings, metrics.clone());
    for index in 0..2000 {
        let id = keep(&store, &format!("r{}", index % 7), index % 3 > 0);
        attempt(&store, &id, Some("conflict"));
        assert!(
            metrics.bytes() <= memory,
            "{} after {index}",
            metrics.bytes()
        );
    }
}
