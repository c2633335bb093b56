use std::time::Duration;

use bellpull_core::ReceiverId;

use super::fake::{Attempt, Bench, passing};

#[tokio::test(start_paused = true)]
async fn a_receiver_with_many_targets_does_not_starve_another() {
    let mut bench = Bench::with_slots(1);
    let many: Vec<String> = (0..1000).map(|n| format!("a{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    bench.ring("a", &many);
    let running = bench.next().await;

    bench.ring("b", &["b"]);
    bench.settled().await;
    running.ends(Ok(()));
    let mut served = Vec::new();
    while served.len() < 2 {
        let attempt = bench.next().await;
        served.push(attempt.target.clone());
        attempt.ends(Ok(()));
    }
    assert!(served.contains(&"b".to_owned()), "{served:?}");
}

#[tokio::test(start_paused = true)]
async fn nor_when_it_waits_for_the_very_target_that_the_other_wants() {
    let mut bench = Bench::with_slots(1);
    let many: Vec<String> = (0..1000).map(|n| format!("a{n}")).collect();
    for name in &many {
        bench.ring("a", &[name]);
        bench.settled().await;
    }
    let running = bench.next().await;

    let last = many.last().unwrap();
    bench.ring("b", &[last]);
    bench.settled().await;
    running.ends(Ok(()));
    let mut served = Vec::new();
    while served.len() < 2 {
        let attempt = bench.next().await;
        served.push(attempt.target.clone());
        attempt.ends(Ok(()));
    }
    assert!(served.contains(last), "{served:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_attempts_than_slots() {
    let mut bench = Bench::with_slots(2);
    bench.ring("a", &["1", "2", "3"]);
    let first = bench.next().await;
    let _second = bench.next().await;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(bench.attempts.is_empty());
    first.ends(Ok(()));
    bench.next().await;
}

#[tokio::test(start_paused = true)]
async fn a_resting_target_holds_no_slot() {
    let mut bench = Bench::with_slots(1);
    bench.ring("a", &["failing"]);
    let began = tokio::time::Instant::now();
    bench.next().await.ends(Err(passing(None)));
    bench.ring("a", &["fine"]);
    let next = bench.next().await;
    assert_eq!(next.target, "fine");
    assert!(began.elapsed() < Duration::from_secs(1), "before the retry");
    next.ends(Ok(()));
    assert_eq!(bench.next().await.target, "failing");
}

#[tokio::test(start_paused = true)]
async fn contenders_are_forgotten_when_nobody_waits() {
    let mut bench = Bench::with_slots(1);
    bench.ring("a", &["1", "2"]);
    bench.ring("b", &["2", "3"]);
    for _ in 0..3 {
        bench.next().await.ends(Ok(()));
    }
    assert_eq!(bench.notifier.drain(Duration::from_secs(1)).await, 0);
    assert_eq!(bench.notifier.shared.slots.contenders(), 0);
}

/// Queues deliveries of Receivers `other/0` to `other/99` to many targets, and lets `hold` attempts
/// hang.
async fn overwhelm(bench: &mut Bench, hold: usize) -> Vec<Attempt> {
    for name in 0..1000 {
        let receiver = ReceiverId::new("other", (name % 100).to_string());
        bench.ring_for(receiver, &[&format!("t{name}")]);
    }
    let mut held = Vec::new();
    while held.len() < hold {
        held.push(bench.next().await);
    }
    held
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_holds_all_it_can_leaves_slots_to_another() {
    let mut bench = Bench::with_slots(32);
    let held = overwhelm(&mut bench, 24).await;
    let (_, done) = bench.ring("a", &["app"]);
    let next = bench.next().await;
    assert_eq!(next.target, "app");
    next.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_holds_all_it_can_leaves_slots_to_its_namespace() {
    let mut bench = Bench::with_slots(32);
    let many: Vec<String> = (0..1000).map(|n| format!("t{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    bench.ring("a", &many);
    let mut held = Vec::new();
    while held.len() < 18 {
        held.push(bench.next().await);
    }
    bench.ring("b", &["app"]);
    assert_eq!(bench.next().await.target, "app");
}

#[tokio::test(start_paused = true)]
async fn slots_go_round_between_namespaces() {
    let mut bench = Bench::with_slots(1);
    let running = overwhelm(&mut bench, 1).await;
    bench.ring("a", &["app"]);
    bench.settled().await;
    for attempt in running {
        attempt.ends(Ok(()));
    }
    let mut served = Vec::new();
    while served.len() < 2 {
        let attempt = bench.next().await;
        served.push(attempt.target.clone());
        attempt.ends(Ok(()));
    }
    assert!(served.contains(&"app".to_owned()), "{served:?}");
}
