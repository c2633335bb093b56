use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines of one component that reach the log each minute, from all of its deliveries.
const LINES: u32 = 600;
const MINUTE: Duration = Duration::from_secs(60);

/// How many lines a component has logged, so that none fills the log.
#[derive(Debug, Default)]
pub(crate) struct LogRate(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    began: Option<Instant>,
    lines: u32,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogDecision {
    Log,
    /// It is the first line that is dropped, so the log says that lines are.
    Announce,
    Drop,
}

impl LogRate {
    pub(crate) fn admit(&self, now: Instant) -> LogDecision {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.began.is_none_or(|began| now >= began + MINUTE) {
            *minute = Minute {
                began: Some(now),
                lines: 0,
            };
        }
        minute.lines = minute.lines.saturating_add(1);
        match minute.lines {
            lines if lines <= LINES => LogDecision::Log,
            lines if lines == LINES + 1 => LogDecision::Announce,
            _ => LogDecision::Drop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_again_in_another_minute() {
        let (log_rate, start) = (LogRate::default(), Instant::now());
        for at in [start, start + MINUTE] {
            let decisions: Vec<_> = (0..LINES * 2).map(|_| log_rate.admit(at)).collect();
            let count = |wanted| decisions.iter().filter(|one| **one == wanted).count();
            let counts = [LogDecision::Log, LogDecision::Announce, LogDecision::Drop].map(count);
            assert_eq!(counts, [600, 1, 599]);
        }
    }
}
