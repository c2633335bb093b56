use bellpull_core::ports::{Host, Notify as _, Progress};
use bellpull_core::{Outcome, UnavailableCause};
use tokio::time::Instant;

use super::Ending;
use super::select::Selected;
use crate::readiness::Readiness;

/// Has the targets notified, and waits for that as long as the answer may.
pub(crate) async fn notify<H: Host>(selected: Selected, host: &H, readiness: &Readiness) -> Ending {
    let Selected {
        notification,
        targets,
        unreachable,
        deadline,
    } = selected;
    let mut progress = Progress::default();
    if !targets.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        progress = host.notifier().notify(notification, targets, left).await;
    }
    progress.unreachable += unreachable.len();
    let ending = Ending::from(outcome(progress, readiness.draining()));
    if unreachable.is_empty() {
        ending
    } else {
        ending.because(unreachable.join("; "))
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
