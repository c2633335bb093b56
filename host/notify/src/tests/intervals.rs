use std::time::Duration;

use bellpull_core::{PatchError, Progress};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

use super::fake::{Bench, DEADLINE, passing};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

const POSTPONED: Progress = Progress {
    notified: 0,
    unreachable: 0,
    failing: 0,
    running: 0,
    postponed: 1,
};

/// A bench whose target `app` was notified just now, with this interval, and when that began.
async fn notified(interval: Duration) -> (Bench, Instant) {
    let mut bench = Bench::with_slots(1);
    let began = Instant::now();
    let (_, done) = bench.ring_every(interval, "a", &["app"]);
    bench.next().await.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
    (bench, began)
}

#[tokio::test(start_paused = true)]
async fn a_storm_is_two_attempts_and_the_last_delivery_is_in_the_second() {
    let (mut bench, began) = notified(MINUTE).await;
    let mut last = None;
    for _ in 0..49 {
        let (id, done) = bench.ring_every(MINUTE, "a", &["app"]);
        let asked = Instant::now();
        assert_eq!(done.await.unwrap(), POSTPONED);
        assert_eq!(asked.elapsed(), Duration::ZERO, "answered at once");
        bench.settled().await;
        last = Some(id);
    }
    let attempt = bench.next().await;
    assert_eq!(began.elapsed(), MINUTE);
    assert_eq!(attempt.deliveries.last(), last.as_ref());
    attempt.ends(Ok(()));
    tokio::time::sleep(10 * MINUTE).await;
    assert!(bench.attempts.is_empty(), "no third attempt");
}

#[tokio::test(start_paused = true)]
async fn the_shortest_interval_of_those_that_wait_counts() {
    let cases: [(&[u64], u64); 4] = [(&[60], 60), (&[60, 20], 20), (&[20, 60], 20), (&[60, 1], 2)];
    for (seconds, expected) in cases {
        let (mut bench, began) = notified(HOUR).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        for seconds in seconds {
            bench.ring_every(Duration::from_secs(*seconds), "a", &["app"]);
            bench.settled().await;
        }
        bench.next().await.ends(Ok(()));
        assert_eq!(began.elapsed().as_secs(), expected, "{seconds:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_without_an_interval_takes_the_postponed_ones_with_it() {
    let (mut bench, began) = notified(MINUTE).await;
    let (postponed, _) = bench.ring_every(MINUTE, "a", &["app"]);
    bench.settled().await;
    let (at_once, done) = bench.ring("a", &["app"]);
    let attempt = bench.next().await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(attempt.deliveries, [postponed, at_once]);
    attempt.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_during_an_attempt_is_postponed_when_that_succeeds() {
    let mut bench = Bench::with_slots(1);
    let began = Instant::now();
    bench.ring_every(MINUTE, "a", &["app"]);
    let attempt = bench.next().await;
    let (second, done) = bench.ring_every(MINUTE, "a", &["app"]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!done.is_finished(), "the attempt may fail");
    attempt.ends(Ok(()));
    assert_eq!(done.await.unwrap(), POSTPONED);
    let attempt = bench.next().await;
    assert_eq!(began.elapsed(), MINUTE, "since the attempt began");
    assert_eq!(attempt.deliveries, [second]);
}

#[tokio::test(start_paused = true)]
async fn a_sender_waits_for_its_other_targets() {
    let (mut bench, _) = notified(MINUTE).await;
    let (_, done) = bench.ring_every(MINUTE, "a", &["app", "other"]);
    let other = bench.next().await;
    assert_eq!(other.target, "other");
    assert!(!done.is_finished());
    other.ends(Ok(()));
    let expected = Progress {
        notified: 1,
        ..POSTPONED
    };
    assert_eq!(done.await.unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_short_interval_passes_while_the_sender_waits() {
    let interval = Duration::from_secs(1);
    let mut bench = Bench::with_slots(2);
    bench.ring_every(interval, "a", &["app"]);
    bench.next().await.ends(Ok(()));
    bench.settled().await;
    let (_, done) = bench.ring_every(interval, "a", &["app", "slow"]);
    let slow = bench.next().await;
    let app = bench.next().await;
    assert_eq!((&*slow.target, &*app.target), ("slow", "app"));
    slow.ends(Ok(()));
    bench.settled().await;
    assert!(!done.is_finished(), "the last attempt runs");
    app.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 2);
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_retried_without_regard_to_intervals() {
    let (mut bench, began) = notified(HOUR).await;
    bench.ring("a", &["app"]);
    bench.next().await.ends(Err(passing(None)));
    let (later, _) = bench.ring_every(HOUR, "b", &["app"]);
    let again = bench.next().await;
    assert!(began.elapsed() < MINUTE, "{:?}", began.elapsed());
    assert!(again.deliveries.contains(&later), "it shares the retry");
    again.ends(Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_target_rests_only_after_a_success() {
    let mut bench = Bench::with_slots(1);
    let began = Instant::now();
    bench.ring_every(MINUTE, "a", &["app"]);
    let gone = PatchError::Permanent("gone".to_owned());
    bench.next().await.ends(Err(gone));
    bench.ring_every(MINUTE, "a", &["app"]);
    bench.next().await.ends(Ok(()));
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn other_targets_do_not_rest() {
    let (mut bench, began) = notified(MINUTE).await;
    bench.ring_every(MINUTE, "a", &["app"]);
    bench.ring_every(MINUTE, "a", &["other"]);
    assert_eq!(bench.next().await.target, "other", "and there is one slot");
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_drain_notifies_at_once_and_postpones_nothing() {
    let (mut bench, began) = notified(HOUR).await;
    let (postponed, _) = bench.ring_every(HOUR, "a", &["app"]);
    bench.settled().await;
    bench.notifier.stop_postponing();
    let attempt = bench.next().await;
    assert_eq!(attempt.deliveries, [postponed]);
    attempt.ends(Ok(()));
    bench.settled().await;
    let (_, done) = bench.ring_every(HOUR, "a", &["app"]);
    bench.next().await.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_resting_target_is_idle_and_is_forgotten_after_the_interval() {
    let (bench, _) = notified(MINUTE).await;
    let queues = &bench.notifier.shared.queues;
    queues.idle().await;
    assert!(queues.pending().is_empty());
    assert_eq!(queues.known(), 1);
    tokio::time::sleep(MINUTE).await;
    bench.settled().await;
    assert_eq!(queues.known(), 0);
}

#[tokio::test(start_paused = true)]
async fn without_an_interval_nothing_is_remembered() {
    let mut bench = Bench::with_slots(1);
    let (_, done) = bench.ring("a", &["app"]);
    bench.next().await.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
    assert_eq!(bench.notifier.shared.queues.known(), 0);
}

#[tokio::test(start_paused = true)]
async fn of_many_postponed_deliveries_the_newest_are_kept() {
    let (mut bench, _) = notified(MINUTE).await;
    let mut newest = None;
    for _ in 0..1000 {
        let (id, done) = bench.ring_every(MINUTE, "a", &["app"]);
        done.await.unwrap();
        newest = Some(id);
    }
    let attempt = bench.next().await;
    assert!(
        attempt.deliveries.len() <= 16,
        "{}",
        attempt.deliveries.len()
    );
    assert_eq!(attempt.deliveries.last(), newest.as_ref());
    attempt.ends(Ok(()));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn postponed_and_coalesced_deliveries_are_counted() {
    let (mut bench, _) = notified(MINUTE).await;
    let mut registry = Registry::default();
    bench.metrics.register(&mut registry);
    let lines = |registry: &Registry, expected: [&str; 4]| {
        let mut text = String::new();
        encode(&mut text, registry).unwrap();
        for line in expected {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    };
    let resting = [
        "bellpull_resting_targets 1\n",
        "bellpull_pending_targets 0\n",
        "bellpull_notifications_postponed_total 0\n",
        "bellpull_notifications_coalesced_total 0\n",
    ];
    lines(&registry, resting);
    for _ in 0..49 {
        let (_, done) = bench.ring_every(MINUTE, "a", &["app"]);
        done.await.unwrap();
    }
    let waiting = [
        "bellpull_resting_targets 0\n",
        "bellpull_pending_targets 1\n",
        "bellpull_notifications_postponed_total 49\n",
        "bellpull_notifications_coalesced_total 33\n",
    ];
    lines(&registry, waiting);
    bench.next().await.ends(Ok(()));
    bench.settled().await;
    let notified = [
        "bellpull_resting_targets 1\n",
        "bellpull_pending_targets 0\n",
        "bellpull_notifications_postponed_total 49\n",
        "bellpull_notifications_coalesced_total 48\n",
    ];
    lines(&registry, notified);
}
