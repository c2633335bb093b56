use std::time::Duration;

use bellpull_core::{GivenUp, PatchError, Progress};
use tokio::time::Instant;

use super::fake::{Bench, DEADLINE, passing};
use crate::NotifySettings;

const FAILING: Progress = Progress {
    notified: 0,
    unreachable: 0,
    failing: 1,
    running: 0,
    postponed: 0,
};

#[tokio::test(start_paused = true)]
async fn retries_until_it_succeeds() {
    let mut bench = Bench::with_slots(1);
    let (id, done) = bench.ring("a", &["app"]);
    bench.next().await.ends(Err(passing(None)));
    let failed = Instant::now();
    let again = bench.next().await;
    assert_eq!(again.deliveries, [id]);
    let waited = failed.elapsed();
    assert!(waited >= Duration::from_secs(1) && waited <= Duration::from_secs(2));
    again.ends(Ok(()));
    assert_eq!(done.await.unwrap().notified, 1);
}

#[tokio::test(start_paused = true)]
async fn is_failing_at_the_deadline_once_an_attempt_has_failed() {
    let mut bench = Bench::with_slots(1);
    let (_, done) = bench.ring("a", &["app"]);
    bench.next().await.ends(Err(passing(None)));
    let _again = bench.next().await;
    let (_, joined) = bench.ring("b", &["app"]);
    assert_eq!(done.await.unwrap(), FAILING);
    let running = Progress {
        failing: 0,
        running: 1,
        ..FAILING
    };
    assert_eq!(
        joined.await.unwrap(),
        running,
        "no attempt that covered it has failed"
    );
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_ends_it() {
    let mut bench = Bench::with_slots(1);
    let (id, done) = bench.ring("a", &["gone"]);
    let missing = PatchError::Permanent("not found".to_owned());
    bench.next().await.ends(Err(missing));
    assert_eq!(done.await.unwrap().unreachable, 1);
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
    let told = bench.given_up.recv().await.unwrap();
    assert_eq!(told, ("gone".to_owned(), vec![id], GivenUp::Permanent));
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_the_time_of_retrying_but_not_what_came_later() {
    let mut bench = Bench::with_slots(1);
    let (first, _) = bench.ring("a", &["app"]);
    let began = Instant::now();
    let mut later = None;
    let mut last_of_first = began;
    loop {
        let attempt = bench.next().await;
        if attempt.deliveries.contains(&first) {
            last_of_first = Instant::now();
            if began.elapsed() > Duration::from_secs(120) && later.is_none() {
                later = Some(bench.ring("b", &["app"]).0);
            }
            attempt.ends(Err(passing(None)));
        } else {
            assert_eq!(attempt.deliveries, [later.unwrap()]);
            attempt.ends(Ok(()));
            break;
        }
    }
    let tried = last_of_first - began;
    assert!(tried > Duration::from_secs(200), "{tried:?}");
    assert!(tried <= Duration::from_secs(300), "{tried:?}");
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
    let told = bench.given_up.recv().await.unwrap();
    assert_eq!(told, ("app".to_owned(), vec![first], GivenUp::Retried));
    assert!(bench.given_up.is_empty(), "the later delivery was notified");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_an_answer_is_a_passing_failure() {
    let mut bench = Bench::with_slots(1);
    let (_, done) = bench.ring("a", &["app"]);
    let silent = bench.next().await;
    let began = Instant::now();
    let running = done.await.unwrap();
    assert_eq!((running.running, running.failing), (1, 0));
    let again = bench.next().await;
    assert!(
        began.elapsed() >= Duration::from_secs(11),
        "10 s and a rest"
    );
    silent.ends(Ok(()));
    again.ends(Ok(()));
    assert_eq!(bench.notifier.drain(DEADLINE).await, 0);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_a_minimum_and_capped() {
    for (asked, least, most) in [(0, 1, 2), (20, 20, 20), (3600, 60, 60)] {
        let mut bench = Bench::new(NotifySettings::default());
        bench.ring("a", &["app"]);
        let asked = Duration::from_secs(asked);
        bench.next().await.ends(Err(passing(Some(asked))));
        let failed = Instant::now();
        bench.next().await;
        let waited = failed.elapsed().as_secs();
        assert!((least..=most).contains(&waited), "{asked:?}: {waited} s");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_at_the_end_is_given_up() {
    let mut bench = Bench::with_slots(1);
    let (running, _) = bench.ring("a", &["app"]);
    let _attempt = bench.next().await;
    let (waiting, _) = bench.ring("b", &["app"]);
    assert_eq!(bench.notifier.drain(Duration::ZERO).await, 1);
    let told = bench.given_up.recv().await.unwrap();
    let left = vec![running, waiting];
    assert_eq!(told, ("app".to_owned(), left, GivenUp::Ended));
}
