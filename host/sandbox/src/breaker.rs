use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::ReceiverId;

/// Faults in a row that break a component off.
const FAULTS: u32 = 5;
/// How long it rests at first.
const FIRST_REST: Duration = Duration::from_secs(10);
/// How long it rests at most.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// Breaks off after repeated faults, for a while that grows.
#[derive(Debug, Default)]
struct State {
    faults: u32,
    rests: u32,
    until: Option<Instant>,
}

impl State {
    /// After a rest one call tries it out.
    fn admits(&mut self, now: Instant) -> bool {
        match self.until {
            Some(until) if now < until => false,
            Some(_) => {
                // The next fault breaks off again; the others wait for what this call shows.
                self.until = Some(now + FIRST_REST);
                true
            }
            None => true,
        }
    }

    fn faulted(&mut self, now: Instant) -> Option<Duration> {
        self.faults += 1;
        if self.faults < FAULTS {
            return None;
        }
        let rest = FIRST_REST
            .saturating_mul(2_u32.saturating_pow(self.rests))
            .min(LONGEST_REST);
        self.rests = self.rests.saturating_add(1);
        self.until = Some(now + rest);
        Some(rest)
    }

    fn rests(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }
}

/// Breaks a component off for one Receiver after repeated faults on its deliveries. Another's go
/// on: whoever makes a component fail with deliveries of their own harms nobody else.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<ReceiverId, State>>);

impl Breakers {
    /// Whether a delivery of `receiver` may be judged at `now`.
    pub(crate) fn admits(&self, receiver: &ReceiverId, now: Instant) -> bool {
        self.locked()
            .get_mut(receiver)
            .is_none_or(|state| state.admits(now))
    }

    /// A delivery of `receiver` was judged.
    pub(crate) fn succeeded(&self, receiver: &ReceiverId) {
        self.locked().remove(receiver);
    }

    /// Judging a delivery of `receiver` ended in a fault; returns the rest if that broke it off.
    pub(crate) fn faulted(&self, receiver: &ReceiverId, now: Instant) -> Option<Duration> {
        let mut states = self.locked();
        // What has long been over belongs to Receivers that are gone, or that nobody rings.
        states.retain(|_, state| state.until.is_none_or(|until| now < until + LONGEST_REST));
        states.entry(receiver.clone()).or_default().faulted(now)
    }

    /// For how many Receivers the component rests at `now`.
    pub(crate) fn resting(&self, now: Instant) -> usize {
        self.locked()
            .values()
            .filter(|state| state.rests(now))
            .count()
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ReceiverId, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Breaks a component off from configuring Receivers: each failure of it can cost the whole time
/// limit, and there may be thousands of Receivers.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

impl Breaker {
    pub(crate) fn admits(&self, now: Instant) -> bool {
        self.locked().admits(now)
    }

    pub(crate) fn succeeded(&self) {
        *self.locked() = State::default();
    }

    pub(crate) fn faulted(&self, now: Instant) -> Option<Duration> {
        self.locked().faulted(now)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(name: &str) -> ReceiverId {
        ReceiverId::new("default", name)
    }

    #[test]
    fn breaks_off_after_repeated_faults_and_rests_longer_each_time() {
        let (breakers, a) = (Breakers::default(), receiver("a"));
        let start = Instant::now();
        let rests: Vec<_> = (0..FAULTS).map(|_| breakers.faulted(&a, start)).collect();
        assert_eq!(rests, [None, None, None, None, Some(FIRST_REST)]);
        assert!(!breakers.admits(&a, start + FIRST_REST / 2));
        assert_eq!(breakers.resting(start), 1);
        let later = start + FIRST_REST;
        assert!(breakers.admits(&a, later), "one call tries it out");
        assert!(!breakers.admits(&a, later), "and only one");
        assert_eq!(breakers.faulted(&a, later), Some(FIRST_REST * 2));
    }

    #[test]
    fn a_success_forgets_the_faults() {
        let (breakers, a) = (Breakers::default(), receiver("a"));
        let start = Instant::now();
        for _ in 0..FAULTS - 1 {
            breakers.faulted(&a, start);
        }
        breakers.succeeded(&a);
        assert_eq!(breakers.faulted(&a, start), None);
    }

    #[test]
    fn one_receivers_faults_are_not_anothers() {
        let breakers = Breakers::default();
        let start = Instant::now();
        for _ in 0..FAULTS {
            breakers.faulted(&receiver("a"), start);
        }
        assert!(!breakers.admits(&receiver("a"), start));
        assert!(breakers.admits(&receiver("b"), start));
    }

    #[test]
    fn configuring_breaks_off_as_a_whole() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..FAULTS {
            breaker.faulted(start);
        }
        assert!(!breaker.admits(start));
        assert!(breaker.admits(start + FIRST_REST));
        breaker.succeeded();
        assert!(breaker.admits(start));
    }
}
