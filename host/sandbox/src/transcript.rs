use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines that are kept of what was logged, and of what was printed.
const LINES: usize = 10;
/// Of more printed lines, those at the beginning: some languages print the message of a panic first, and
/// others last.
const FIRST: usize = 5;

/// The last lines of a component, for whoever replays deliveries through it.
#[derive(Debug, Default)]
pub(crate) struct Transcript(Mutex<TranscriptLines>);

#[derive(Debug, Default)]
struct TranscriptLines {
    logged: VecDeque<String>,
    printed: Vec<String>,
}

impl Transcript {
    pub(crate) fn add_logged(&self, line: String) {
        let mut lines = self.locked();
        if lines.logged.len() == LINES {
            lines.logged.pop_front();
        }
        lines.logged.push_back(line);
    }

    /// Takes over everything that one call has printed.
    pub(crate) fn set_printed(&self, mut printed: Vec<String>) {
        let left_out = printed.len().saturating_sub(LINES - 1);
        if left_out > 1 {
            let gap = format!("… {left_out} lines");
            drop(printed.splice(FIRST..FIRST + left_out, [gap]));
        }
        self.locked().printed = printed;
    }

    /// Takes the lines since the last time: those that were logged, and then those that were printed.
    pub(crate) fn take(&self) -> Vec<String> {
        let TranscriptLines { logged, printed } = std::mem::take(&mut *self.locked());
        logged.into_iter().chain(printed).collect()
    }

    fn locked(&self) -> MutexGuard<'_, TranscriptLines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: impl Iterator<Item = usize>) -> Vec<String> {
        numbers.map(|line| line.to_string()).collect()
    }

    #[test]
    fn keeps_the_last_logged_lines_until_they_are_taken() {
        let transcript = Transcript::default();
        for line in lines(0..LINES + 2) {
            transcript.add_logged(line);
        }
        assert_eq!(transcript.take(), lines(2..LINES + 2));
        assert_eq!(transcript.take(), Vec::<String>::new());
    }

    #[test]
    fn keeps_both_ends_of_what_was_printed() {
        for (printed, kept) in [
            (10, lines(0..10)),
            (
                11,
                [lines(0..5), vec!["… 2 lines".into()], lines(7..11)].concat(),
            ),
            (
                500,
                [lines(0..5), vec!["… 491 lines".into()], lines(496..500)].concat(),
            ),
        ] {
            let transcript = Transcript::default();
            transcript.set_printed(lines(0..printed));
            transcript.add_logged("logged".into());
            let expected = [vec!["logged".to_owned()], kept].concat();
            assert_eq!(transcript.take(), expected, "{printed}");
        }
    }
}
