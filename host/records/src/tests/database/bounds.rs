//! How much a file holds, and what gives way.

use std::fs;
use std::time::Duration;

use bellpull_core::{DeliveryId, Timestamp};

use super::{Process, ended, file, settings, texts};
use crate::{DatabaseSettings, Ended, LEAST_SIZE};

#[test]
fn the_oldest_give_way_and_the_file_stays_within_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    let genuine: Vec<DeliveryId> = (0..100)
        .map(|_| process.keep(true, ended("notified")))
        .collect();
    let flood = |is_proven: bool, count: u64| {
        for _ in 0..count / 500 {
            for _ in 0..500 {
                process.keep(is_proven, ended("notified"));
            }
            process.until_written();
        }
    };
    flood(false, 3000);
    assert!(process.all().contains(&genuine[0].to_string()));
    let of_flood = process.all().len() - 100;
    assert!((100..1000).contains(&of_flood), "{of_flood}");
    flood(true, 12_000);
    let left = process.all();
    assert!(
        !left.contains(&genuine[0].to_string()),
        "the oldest are gone"
    );
    assert!((1000..12_000).contains(&left.len()), "{}", left.len());
    let newest = process.keep(true, ended("notified"));
    process.end();
    assert!(fs::metadata(file(&folder)).unwrap().len() <= LEAST_SIZE);
    let process = Process::start(folder.path(), 1 << 20);
    assert_eq!(process.all().first(), Some(&newest.to_string()));
}

#[test]
fn what_is_too_old_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    let hours_ago = |hours: u64| Timestamp::now() - Duration::from_secs(hours * 3600);
    for _ in 0..200 {
        process.keep_at(hours_ago(3), true, ended("notified"));
        process.keep_at(hours_ago(3), false, ended("unauthenticated"));
    }
    let young = process.keep_at(hours_ago(1), true, ended("notified"));
    process.end();
    let bound = DatabaseSettings {
        max_age: Some(Duration::from_secs(2 * 3600)),
        ..settings(folder.path())
    };
    Process::with(bound, 1 << 20).end();
    let process = Process::start(folder.path(), 1 << 20);
    assert_eq!(process.all(), texts(&[young]));
}

#[test]
fn what_does_not_fit_is_dropped_and_the_next_record_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    let huge = |bytes: usize| Ended {
        reason: Some("x".repeat(bytes)),
        ..ended("notified")
    };
    // More than the file may have, and more than the queue may have.
    process.keep(true, huge(5 << 20));
    process.until_written();
    process.keep(true, huge(9 << 20));
    let id = process.keep(true, ended("notified"));
    process.until_written();
    assert_eq!(process.metrics.stored_and_dropped(), (1, [1, 1, 0]));
    process.end();
    let process = Process::start(folder.path(), 1 << 20);
    assert_eq!(process.all(), texts(&[id]));
}

#[test]
fn of_more_records_than_can_be_written_memory_holds_no_more_and_none_is_uncounted() {
    const OFFERED: u64 = 200_000;
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), 1 << 20);
    for index in 0..OFFERED {
        process.keep(index % 4 > 0, ended("notified"));
    }
    process.until_written();
    // What found no room is counted with the next record.
    process.keep(true, ended("notified"));
    process.until_written();
    let (stored, dropped) = process.metrics.stored_and_dropped();
    assert_eq!(stored + dropped.iter().sum::<u64>(), OFFERED + 1);
    assert!(process.metrics.bytes() <= 1 << 20);
    assert!(!process.all().is_empty());
    assert!(fs::metadata(file(&folder)).unwrap().len() <= LEAST_SIZE);
}
