use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Counts spans that are lost, so that the log has one line a minute about them at most.
#[derive(Debug, Default)]
pub(super) struct LossReports(Mutex<Losses>);

#[derive(Debug, Default)]
struct Losses {
    told: Option<Instant>,
    since: usize,
}

impl LossReports {
    /// `spans` are lost at `now`. Returns how many to tell of: those since the last report.
    pub(super) fn lost(&self, spans: usize, now: Instant) -> Option<usize> {
        let mut losses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        losses.since += spans;
        if losses.told.is_some_and(|told| now < told + MINUTE) {
            return None;
        }
        losses.told = Some(now);
        Some(std::mem::take(&mut losses.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_within_a_minute_is_told_after_it() {
        let reports = LossReports::default();
        let start = Instant::now();
        let told = [0, 1, 59, 60, 61].map(|second| {
            let now = start + Duration::from_secs(second);
            reports.lost(10, now)
        });
        assert_eq!(told, [Some(10), None, None, Some(30), None]);
    }
}
