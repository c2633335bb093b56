use std::time::Duration;

use bellpull_core::{Notify as _, ReceiverId};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::fake::{Bench, DEADLINE, notification, passing, target};
use crate::NotifySettings;

#[tokio::test(start_paused = true)]
async fn a_target_that_a_receiver_waits_for_already_takes_no_more_room() {
    let mut bench = Bench::new(NotifySettings {
        max_pending: 9,
        ..NotifySettings::default()
    });
    let has_room = |name| bench.notifier.has_room(&ReceiverId::new("apps", name));
    assert!(has_room("a"));
    for _ in 0..11 {
        bench.ring("a", &["1", "2", "3"]);
    }
    assert!(has_room("a"));
    bench.ring("a", &["4"]);
    assert!(!has_room("a"), "four of nine are its share");
    assert!(has_room("b"));
    let refused = bench
        .notifier
        .notify(vec![(target("5"), notification("a"))], DEADLINE);
    assert_eq!(refused.await, None);
    for _ in 0..4 {
        bench.next().await.ends(Ok(()));
    }
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
    assert!(bench.notifier.has_room(&ReceiverId::new("apps", "a")));
    assert!(bench.attempts.is_empty(), "what was refused is not queued");
}

#[tokio::test(start_paused = true)]
async fn of_many_deliveries_to_one_target_the_newest_are_kept() {
    let mut bench = Bench::with_slots(1);
    bench.ring("a", &["app"]);
    let hanging = bench.next().await;
    let (unanswered, done) = bench.ring("a", &["app"]);
    let mut newest = unanswered.clone();
    for _ in 0..1000 {
        let (delivery, waits) = bench.ring("a", &["app"]);
        waits.abort();
        drop(waits.await);
        newest = delivery;
    }
    hanging.ends(Ok(()));
    let attempt = bench.next().await;
    assert!(
        attempt.deliveries.len() <= 64,
        "{}",
        attempt.deliveries.len()
    );
    assert!(attempt.deliveries.contains(&unanswered), "its sender waits");
    assert_eq!(attempt.deliveries.last(), Some(&newest));
    attempt.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn drains_what_ends_in_time_and_counts_the_rest() {
    let mut bench = Bench::with_slots(32);
    bench.ring("a", &["quick"]);
    let quick = bench.next().await;
    bench.ring("a", &["stuck", "other"]);
    let stuck = [bench.next().await, bench.next().await];
    quick.ends(Ok(()));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 2);
    for attempt in stuck {
        attempt.ends(Ok(()));
    }
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn counts() {
    let mut bench = Bench::with_slots(1);
    let mut registry = Registry::default();
    bench.metrics.register(&mut registry);
    bench.ring("a", &["app"]);
    bench.ring("a", &["app"]);
    bench.next().await.ends(Err(passing(None)));
    let again = bench.next().await;
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    assert!(text.contains("bellpull_pending_targets 1\n"), "{text}");
    again.ends(Ok(()));
    assert_eq!(bench.notifier.drain(Duration::from_secs(1)).await, 0);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    for line in [
        "bellpull_notifications_total{result=\"failed\"} 1\n",
        "bellpull_notifications_total{result=\"notified\"} 1\n",
        "bellpull_notifications_coalesced_total 1\n",
        "bellpull_pending_targets 0\n",
        "bellpull_notification_attempt_seconds_count 2\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
