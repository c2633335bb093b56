use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::ReceiverId;

/// Faults in a row that break a component off for a Receiver.
const FAULTS: u32 = 5;
/// The same for all Receivers of a namespace, while they are configured.
const FAULTS_OF_NAMESPACE: u32 = 32;
/// The first rest.
const FIRST_REST: Duration = Duration::from_secs(10);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// The faults in a row for one key, and the rest after them. Each rest is longer than the last.
#[derive(Debug)]
struct BreakerState {
    faults: u32,
    rests: u32,
    until: Option<Instant>,
    last: Instant,
}

impl BreakerState {
    fn new(now: Instant) -> Self {
        Self {
            faults: 0,
            rests: 0,
            until: None,
            last: now,
        }
    }

    /// After a rest, one call is admitted as a trial.
    fn admits(&mut self, now: Instant) -> bool {
        match self.until {
            Some(until) if now < until => false,
            Some(_) => {
                // The next fault breaks it off again; other calls wait for the trial.
                self.until = Some(now + FIRST_REST);
                true
            }
            None => true,
        }
    }

    fn faulted(&mut self, now: Instant, most: u32) -> Option<Duration> {
        self.last = now;
        self.faults += 1;
        if self.faults < most {
            return None;
        }
        let rest = FIRST_REST
            .saturating_mul(2_u32.saturating_pow(self.rests))
            .min(LONGEST_REST);
        self.rests = self.rests.saturating_add(1);
        self.until = Some(now + rest);
        Some(rest)
    }

    fn is_resting(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Whether its last fault and its rest are so long ago that it can be forgotten.
    fn is_forgettable(&self, now: Instant) -> bool {
        now >= self.until.unwrap_or(self.last).max(self.last) + LONGEST_REST
    }
}

/// Breaks a component off after repeated faults, for each key by itself: whoever makes a component fail
/// harms nobody else.
#[derive(Debug)]
pub(crate) struct Breakers<K> {
    most: u32,
    states: Mutex<HashMap<K, BreakerState>>,
}

impl Default for Breakers<ReceiverId> {
    fn default() -> Self {
        Self::after(FAULTS)
    }
}

impl<K: Clone + Eq + Hash> Breakers<K> {
    fn after(most: u32) -> Self {
        Self {
            most,
            states: Mutex::default(),
        }
    }

    /// Breakers that never break off.
    pub(crate) fn never() -> Self {
        Self::after(u32::MAX)
    }

    /// Whether the component may work for `key` at `now`.
    pub(crate) fn admits(&self, key: &K, now: Instant) -> bool {
        let mut states = self.locked();
        states.get_mut(key).is_none_or(|state| state.admits(now))
    }

    /// Records that the component has worked for `key`.
    pub(crate) fn succeeded(&self, key: &K) {
        self.locked().remove(key);
    }

    /// Records a fault of the component for `key`. Returns the rest, if the fault broke it off.
    pub(crate) fn faulted(&self, key: &K, now: Instant) -> Option<Duration> {
        let mut states = self.locked();
        states.retain(|_, state| !state.is_forgettable(now));
        let state = states
            .entry(key.clone())
            .or_insert_with(|| BreakerState::new(now));
        state.faulted(now, self.most)
    }

    /// For how many keys the component rests at `now`.
    pub(crate) fn resting(&self, now: Instant) -> usize {
        self.locked()
            .values()
            .filter(|state| state.is_resting(now))
            .count()
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<K, BreakerState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Breaks a component off from configuring Receivers. Each fault can cost the whole time limit, and a
/// namespace may have thousands of Receivers, so the faults of a namespace count together too.
#[derive(Debug)]
pub(crate) struct ConfigureBreakers {
    receivers: Breakers<ReceiverId>,
    namespaces: Breakers<String>,
}

impl Default for ConfigureBreakers {
    fn default() -> Self {
        Self {
            receivers: Breakers::default(),
            namespaces: Breakers::after(FAULTS_OF_NAMESPACE),
        }
    }
}

impl ConfigureBreakers {
    /// Breakers that never break off.
    pub(crate) fn never() -> Self {
        Self {
            receivers: Breakers::never(),
            namespaces: Breakers::never(),
        }
    }

    pub(crate) fn admits(&self, id: &ReceiverId, now: Instant) -> bool {
        self.receivers.admits(id, now) && self.namespaces.admits(&id.namespace, now)
    }

    pub(crate) fn succeeded(&self, id: &ReceiverId) {
        self.receivers.succeeded(id);
        self.namespaces.succeeded(&id.namespace);
    }

    pub(crate) fn faulted(&self, id: &ReceiverId, now: Instant) {
        self.receivers.faulted(id, now);
        self.namespaces.faulted(&id.namespace, now);
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
        assert!(
            breakers.admits(&a, later),
            "one call is admitted as a trial"
        );
        assert!(!breakers.admits(&a, later), "and only one");
        assert_eq!(breakers.faulted(&a, later), Some(FIRST_REST * 2));
    }

    #[test]
    fn some_never_break_off() {
        let (breakers, a) = (ConfigureBreakers::never(), receiver("a"));
        let start = Instant::now();
        for _ in 0..FAULTS_OF_NAMESPACE {
            breakers.faulted(&a, start);
        }
        assert!(breakers.admits(&a, start));
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
    fn the_faults_of_one_receiver_are_not_those_of_another() {
        let breakers = Breakers::default();
        let start = Instant::now();
        for _ in 0..FAULTS {
            breakers.faulted(&receiver("a"), start);
        }
        assert!(!breakers.admits(&receiver("a"), start));
        assert!(breakers.admits(&receiver("b"), start));
    }

    #[test]
    fn configuring_breaks_off_by_receiver_and_by_namespace() {
        let breakers = ConfigureBreakers::default();
        let start = Instant::now();
        for _ in 0..FAULTS {
            breakers.faulted(&receiver("a"), start);
        }
        assert!(!breakers.admits(&receiver("a"), start));
        assert!(breakers.admits(&receiver("b"), start), "one failed alone");
        for number in FAULTS..FAULTS_OF_NAMESPACE {
            breakers.faulted(&receiver(&format!("r{number}")), start);
        }
        assert!(!breakers.admits(&receiver("b"), start), "many failed");
        let elsewhere = ReceiverId::new("other", "a");
        assert!(breakers.admits(&elsewhere, start), "and nobody else");
        assert!(breakers.admits(&receiver("b"), start + FIRST_REST));
        breakers.succeeded(&receiver("b"));
        assert!(breakers.admits(&receiver("c"), start + FIRST_REST));
    }

    #[test]
    fn an_old_fault_is_forgotten() {
        let breakers = Breakers::default();
        let start = Instant::now();
        for number in 0..100 {
            breakers.faulted(&receiver(&number.to_string()), start);
        }
        breakers.faulted(&receiver("late"), start + LONGEST_REST);
        assert_eq!(breakers.locked().len(), 1);
    }
}
