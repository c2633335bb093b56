use std::time::Duration;

use bellpull_core::ports::Notify as _;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::fake::{Bench, DEADLINE, passing};
use crate::Settings;

#[tokio::test(start_paused = true)]
async fn room_is_bounded() {
    let mut bench = Bench::new(Settings {
        max_pending: 3,
        ..Settings::default()
    });
    bench.ring("a", &["1", "2"]);
    assert!(bench.notifier.has_room());
    bench.ring("a", &["2"]);
    assert!(!bench.notifier.has_room(), "waits twice for one target");
    bench.next().await.ends(Ok(()));
    bench.next().await.ends(Ok(()));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
    assert!(bench.notifier.has_room());
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
