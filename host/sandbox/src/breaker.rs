use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Faults in a row that break a component off.
const FAULTS: u32 = 5;
/// How long it rests at first.
const FIRST_REST: Duration = Duration::from_secs(10);
/// How long it rests at most.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// Breaks a component off for a while after repeated faults, so that it costs others nothing.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    faults: u32,
    rests: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made at `now`. After a rest one call tries it out.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if now < until => false,
            Some(_) => {
                // The next fault breaks it off again; the others wait for what this call shows.
                state.until = Some(now + FIRST_REST);
                true
            }
            None => true,
        }
    }

    /// Whether the component rests at `now`.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.until.is_some_and(|until| now < until)
    }

    /// A call ended well.
    pub(crate) fn succeeded(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.faults > 0 || state.until.is_some() {
            *state = State::default();
        }
    }

    /// A call ended in a fault; returns the rest if this one broke the component off.
    pub(crate) fn faulted(&self, now: Instant) -> Option<Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.faults += 1;
        if state.faults < FAULTS {
            return None;
        }
        let rest = FIRST_REST
            .saturating_mul(2_u32.saturating_pow(state.rests))
            .min(LONGEST_REST);
        state.rests = state.rests.saturating_add(1);
        state.until = Some(now + rest);
        Some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_off_after_repeated_faults_and_rests_longer_each_time() {
        let breaker = Breaker::default();
        let start = Instant::now();
        let rests: Vec<_> = (0..FAULTS).map(|_| breaker.faulted(start)).collect();
        assert_eq!(rests, [None, None, None, None, Some(FIRST_REST)]);
        assert!(!breaker.admits(start + FIRST_REST / 2));
        let later = start + FIRST_REST;
        assert!(breaker.admits(later), "one call tries it out");
        assert!(!breaker.admits(later), "and only one");
        assert_eq!(breaker.faulted(later), Some(FIRST_REST * 2));
    }

    #[test]
    fn a_success_forgets_the_faults() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..FAULTS - 1 {
            breaker.faulted(start);
        }
        breaker.succeeded();
        assert_eq!(breaker.faulted(start), None);
    }
}
