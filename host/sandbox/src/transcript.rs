use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines that are kept.
const LINES: usize = 10;

/// The last lines of a component, for whoever replays deliveries through it.
#[derive(Debug, Default)]
pub(crate) struct Transcript(Mutex<VecDeque<String>>);

impl Transcript {
    pub(crate) fn add(&self, line: &str) {
        let mut lines = self.locked();
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    /// Takes the lines since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        self.locked().drain(..).collect()
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_lines_until_they_are_taken() {
        let transcript = Transcript::default();
        for line in 0..LINES + 2 {
            transcript.add(&line.to_string());
        }
        let kept: Vec<String> = (2..LINES + 2).map(|line| line.to_string()).collect();
        assert_eq!(transcript.take(), kept);
        assert_eq!(transcript.take(), Vec::<String>::new());
    }
}
