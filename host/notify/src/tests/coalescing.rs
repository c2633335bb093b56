use bellpull_core::{Notify as _, Progress, Timestamp};

use super::fake::{Bench, DEADLINE, notification, target};
use crate::clock::RequestClock;

#[tokio::test(start_paused = true)]
async fn deliveries_during_an_attempt_share_the_next_one() {
    let mut bench = Bench::with_slots(32);
    let (first, first_done) = bench.ring("a", &["app"]);
    let attempt = bench.next().await;
    assert_eq!(attempt.deliveries, [first]);

    let (second, second_done) = bench.ring("a", &["app"]);
    let (third, third_done) = bench.ring("b", &["app"]);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert!(bench.attempts.is_empty(), "one attempt at a time");

    attempt.ends(Ok(()));
    assert_eq!(first_done.await.unwrap().notified, 1);
    let shared = bench.next().await;
    assert_eq!(shared.deliveries, [second, third], "the newest last");
    shared.ends(Ok(()));
    assert_eq!(second_done.await.unwrap().notified, 1);
    assert_eq!(third_done.await.unwrap().notified, 1);
    assert_eq!(
        bench.notifier.drain(DEADLINE).await,
        0,
        "nothing is left, and no third attempt"
    );
    assert!(bench.attempts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_target_named_twice_counts_once() {
    let mut bench = Bench::with_slots(32);
    let (_, done) = bench.ring("a", &["app", "app"]);
    bench.next().await.ends(Ok(()));
    let expected = Progress {
        notified: 1,
        ..Progress::default()
    };
    assert_eq!(done.await.unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn no_targets_are_done_at_once() {
    let bench = Bench::with_slots(1);
    let progress = bench.notifier.notify(vec![], DEADLINE);
    assert_eq!(progress.await, Some(Progress::default()));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_leaves_its_targets_queued() {
    let mut bench = Bench::with_slots(1);
    drop(
        bench
            .notifier
            .notify(vec![(target("app"), notification("a"))], DEADLINE),
    );
    bench.next().await.ends(Ok(()));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn every_attempt_has_a_later_time() {
    let mut bench = Bench::with_slots(32);
    let mut last = Timestamp::UNIX_EPOCH;
    for _ in 0..100 {
        bench.ring("a", &["one", "two"]);
        for _ in 0..2 {
            let attempt = bench.next().await;
            assert!(attempt.requested_at > last);
            last = attempt.requested_at;
            attempt.ends(Ok(()));
        }
        assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
    }
}

#[test]
fn time_never_stands_still_nor_goes_back() {
    let clock = RequestClock::default();
    let at = |nanoseconds| Timestamp::from_nanosecond(nanoseconds).unwrap();
    let walls = [10, 10, 5, 11, 40, 40];
    let given: Vec<i128> = walls
        .into_iter()
        .map(|wall| clock.next_from(at(wall)).as_nanosecond())
        .collect();
    assert_eq!(given, [10, 11, 12, 13, 40, 41]);
}
