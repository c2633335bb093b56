//! Deliveries that flow while something happens, and assertions on their answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::Timestamp;
use bellpull_tests::cluster::proxy::Exchange;
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::push::push;
use bellpull_tests::serve::try_request;
use serde_json::Value;

use super::fleet::Fleet;
use crate::world::{World, until};

/// Clients that send at the same time.
const CLIENTS: usize = 8;
/// The pause of a client between an answer and its next delivery.
const PACE: Duration = Duration::from_millis(80);

/// A delivery that was answered.
#[derive(Debug)]
pub(super) struct Sent {
    /// The index of its Receiver.
    pub(super) receiver: usize,
    pub(super) began: Instant,
    /// The same by the clock.
    pub(super) at: Timestamp,
    pub(super) ended: Instant,
    pub(super) status: u16,
    pub(super) answer: Value,
}

impl Sent {
    fn outcome(&self) -> &str {
        self.answer["outcome"].as_str().unwrap_or_default()
    }
}

/// Deliveries while they flow.
#[derive(Default)]
pub(super) struct Flow {
    sent: Mutex<Vec<Result<Sent, String>>>,
    next: AtomicUsize,
    stopped: Mutex<bool>,
    stop: Condvar,
}

/// Sends signed pushes to the Receivers in turn, at a steady rate, for as long as `during` lasts.
pub(super) fn flow(
    world: &World<'_>,
    to: SocketAddr,
    fleet: &Fleet,
    during: impl FnOnce(&Flow),
) -> Deliveries {
    let flow = Flow::default();
    let paths: Vec<String> = (0..fleet.len())
        .map(|index| world.path(&fleet.receiver(index), TOKEN))
        .collect();
    std::thread::scope(|scope| {
        // Also when `during` panics: the clients are waited for.
        let _stop = Stop(&flow);
        for _ in 0..CLIENTS {
            scope.spawn(|| flow.send(to, &paths));
        }
        during(&flow);
    });
    let sent = flow
        .sent
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let broken: Vec<&String> = sent.iter().filter_map(|sent| sent.as_ref().err()).collect();
    assert!(broken.is_empty(), "without an answer: {broken:?}");
    Deliveries(sent.into_iter().flatten().collect())
}

struct Stop<'a>(&'a Flow);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        *locked(&self.0.stopped) = true;
        self.0.stop.notify_all();
    }
}

impl Flow {
    fn send(&self, to: SocketAddr, paths: &[String]) {
        let (headers, body) = push(TOKEN);
        loop {
            let receiver = self.next.fetch_add(1, Ordering::Relaxed) % paths.len();
            let (began, at) = (Instant::now(), Timestamp::now());
            let answer = try_request(to, "POST", &paths[receiver], &headers, &body);
            let sent = answer.map_err(|error| error.to_string());
            let sent = sent.and_then(|(status, answer)| {
                let answer = serde_json::from_str(&answer);
                Ok(Sent {
                    receiver,
                    began,
                    at,
                    ended: Instant::now(),
                    status,
                    answer: answer.map_err(|error| format!("{status}: {error}"))?,
                })
            });
            locked(&self.sent).push(sent);
            let stopped = locked(&self.stopped);
            let (stopped, _) = self
                .stop
                .wait_timeout_while(stopped, PACE, |stopped| !*stopped)
                .unwrap_or_else(PoisonError::into_inner);
            if *stopped {
                return;
            }
        }
    }

    /// Waits until this many more deliveries have been answered, with this outcome or with any.
    #[track_caller]
    pub(super) fn further(&self, deliveries: usize, outcome: Option<&str>) {
        let wanted = |sent: &Sent| outcome.is_none_or(|outcome| sent.outcome() == outcome);
        self.until_answered(deliveries, &format!("answered {outcome:?}"), wanted);
    }

    /// Waits until one more delivery to a Receiver has been answered `notified`.
    #[track_caller]
    pub(super) fn notified(&self, receiver: usize) {
        let wanted = |sent: &Sent| sent.receiver == receiver && sent.outcome() == "notified";
        self.until_answered(1, &format!("notified for {receiver}"), wanted);
    }

    #[track_caller]
    fn until_answered(&self, further: usize, what: &str, wanted: impl Fn(&Sent) -> bool) {
        let count = || {
            locked(&self.sent)
                .iter()
                .flatten()
                .filter(|one| wanted(one))
                .count()
        };
        let target = count() + further;
        let told = || {
            let sent = locked(&self.sent);
            let last = sent.len().saturating_sub(CLIENTS);
            format!("{further} more {what}; the last: {:?}", &sent[last..])
        };
        until(told, || count() >= target);
    }
}

/// Deliveries that have been answered, all of them.
#[derive(Default)]
pub(super) struct Deliveries(pub(super) Vec<Sent>);

impl Deliveries {
    /// Asserts that each outcome is one of these and has its status.
    #[track_caller]
    pub(super) fn have_outcomes(&self, allowed: &[&str]) {
        let mut counts: BTreeMap<(u16, &str), usize> = BTreeMap::new();
        for sent in &self.0 {
            *counts.entry((sent.status, sent.outcome())).or_default() += 1;
        }
        let strange = counts.keys().any(|&(status, outcome)| {
            let expected = match outcome {
                "notified" | "ignored" | "incomplete" => 200,
                "accepted" => 202,
                _ => 503,
            };
            status != expected || !allowed.contains(&outcome)
        });
        assert!(!strange, "{counts:?}, where {allowed:?} are allowed");
    }

    fn with(&self, outcome: &str) -> impl Iterator<Item = &Sent> {
        self.0.iter().filter(move |sent| sent.outcome() == outcome)
    }

    /// Asserts that every target has been asked to reconcile after the last delivery that the
    /// sender was told to be in good hands.
    #[track_caller]
    pub(super) fn are_followed(&self, world: &World<'_>, fleet: &Fleet) {
        let requested = fleet.requested(world);
        let mut checked = 0;
        for sent in self.with("notified").chain(self.with("accepted")) {
            for target in fleet.targets(sent.receiver) {
                let requested = requested.get(&target);
                assert!(
                    requested.is_some_and(|requested| *requested >= sent.at),
                    "{target} was last asked at {requested:?}, before {sent:?}"
                );
                checked += 1;
            }
        }
        assert!(checked > 0, "nothing was accepted");
    }

    /// Asserts by what came to the API server: for a delivery that was answered `notified`, each of
    /// its targets was patched between the question and the answer, and for one that was answered
    /// `accepted`, at some time after the question.
    #[track_caller]
    pub(super) fn are_attempted(&self, world: &World<'_>, fleet: &Fleet, exchanges: &[Exchange]) {
        let mut patched: BTreeMap<String, Vec<&Exchange>> = BTreeMap::new();
        for exchange in exchanges.iter().filter(|one| one.status == 200) {
            let exchanges = patched.entry(exchange.asked.path.clone()).or_default();
            exchanges.push(exchange);
        }
        let mut checked = 0;
        for sent in self.with("notified").chain(self.with("accepted")) {
            for target in fleet.targets(sent.receiver) {
                let patched = patched.get(&Fleet::path_of(world, &target));
                let covered = patched.into_iter().flatten().any(|patch| {
                    patch.asked.began >= sent.began
                        && (patch.ended <= sent.ended || sent.outcome() == "accepted")
                });
                assert!(covered, "{target} was not patched for {sent:?}");
                checked += 1;
            }
        }
        assert!(checked > 0, "nothing was accepted");
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
