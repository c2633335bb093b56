use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines of one component that reach the log each minute, from all of its deliveries.
const LINES: u32 = 600;
const MINUTE: Duration = Duration::from_secs(60);

/// How much a component has said, so that none fills the log.
#[derive(Debug, Default)]
pub(crate) struct Talk(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    began: Option<Instant>,
    lines: u32,
}

/// Whether a line is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Yes,
    /// It is the first that is left out, which is worth a line of its own.
    NoMore,
    No,
}

impl Talk {
    pub(crate) fn line(&self, now: Instant) -> Heard {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.began.is_none_or(|began| now >= began + MINUTE) {
            *minute = Minute {
                began: Some(now),
                lines: 0,
            };
        }
        minute.lines = minute.lines.saturating_add(1);
        match minute.lines {
            lines if lines <= LINES => Heard::Yes,
            lines if lines == LINES + 1 => Heard::NoMore,
            _ => Heard::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_heard_again_in_another_minute() {
        let (talk, start) = (Talk::default(), Instant::now());
        let heard = |at: Instant| (0..LINES * 2).map(|_| talk.line(at)).collect::<Vec<_>>();
        for at in [start, start + MINUTE] {
            let heard = heard(at);
            let count = |what| heard.iter().filter(|heard| **heard == what).count();
            let counts = [Heard::Yes, Heard::NoMore, Heard::No].map(count);
            assert_eq!(counts, [600, 1, 599]);
        }
    }
}
