use bellpull_core::ports::{Host, Notify as _, Progress};
use bellpull_core::{Outcome, UnavailableCause};
use tokio::time::Instant;

use crate::{Ending, Passage, Selected};

/// How far the targets of a delivery have been told when it is to be answered.
#[derive(Debug)]
pub struct Told {
    progress: Progress,
    unreachable: Vec<String>,
}

/// Has the targets notified, and waits for that as long as the answer may.
pub(crate) async fn notify<H: Host>(passage: Passage<H, Selected>, host: &H) -> Told {
    let Selected {
        notification,
        targets,
        unreachable,
    } = passage.stage;
    let mut progress = Progress::default();
    if !targets.is_empty() {
        let left = passage.deadline.saturating_duration_since(Instant::now());
        let notified = host.notifier().notify(notification, targets, left);
        progress = notified.await;
    }
    progress.unreachable += unreachable.len();
    Told {
        progress,
        unreachable,
    }
}

impl Told {
    /// How the road ended; `draining`: the process is about to end.
    #[must_use]
    pub fn ending(self, draining: bool) -> Ending {
        let ending = Ending::from(outcome(self.progress, draining));
        if self.unreachable.is_empty() {
            ending
        } else {
            ending.because(self.unreachable.join("; "))
        }
    }
}

fn outcome(progress: Progress, draining: bool) -> Outcome {
    let Progress {
        notified,
        unreachable,
        failing,
        running,
    } = progress;
    if failing > 0 {
        Outcome::Failed { failing }
    } else if running > 0 && draining {
        // What still runs may end with the process, so the sender is not told that all is well.
        Outcome::Unavailable(UnavailableCause::Draining)
    } else if running > 0 {
        Outcome::Accepted { running }
    } else if unreachable > 0 {
        Outcome::Incomplete {
            notified,
            unreachable,
        }
    } else {
        Outcome::Notified { targets: notified }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_the_targets_decides() {
        let draining = Outcome::Unavailable(UnavailableCause::Draining);
        let incomplete = Outcome::Incomplete {
            notified: 2,
            unreachable: 1,
        };
        let cases = [
            ([0, 0, 0, 0], false, Outcome::Notified { targets: 0 }),
            ([2, 0, 0, 0], true, Outcome::Notified { targets: 2 }),
            ([2, 1, 0, 0], true, incomplete),
            ([2, 1, 0, 3], false, Outcome::Accepted { running: 3 }),
            ([2, 1, 0, 3], true, draining),
            ([2, 1, 4, 3], true, Outcome::Failed { failing: 4 }),
        ];
        for ([notified, unreachable, failing, running], draining, expected) in cases {
            let progress = Progress {
                notified,
                unreachable,
                failing,
                running,
            };
            assert_eq!(outcome(progress, draining), expected, "{progress:?}");
        }
    }
}
