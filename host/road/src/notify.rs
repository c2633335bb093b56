use std::collections::BTreeSet;

use bellpull_core::{Notify as _, Outcome, Progress, Target, UnavailableCause};
use bellpull_ports::Host;
use tokio::time::Instant;

use crate::{Ending, Selected, Staged};

/// The last stage: how far the notification of the targets has come when the delivery is answered.
#[derive(Debug)]
pub struct Notified {
    progress: Progress,
    unreachable: Vec<String>,
    without_manifest: BTreeSet<Target>,
}

/// Notifies the targets, and waits for them until the deadline of the answer.
pub(crate) async fn notify<H: Host>(
    selected: Staged<H, Selected>,
    host: &H,
) -> Result<Notified, Ending> {
    let Staged {
        delivery,
        deadline,
        reservation,
        stage,
        ..
    } = selected;
    let Selected {
        targets,
        weight,
        unreachable,
        without_manifest,
    } = stage;
    // Nothing reads the body from here on: other deliveries may have its memory.
    drop(delivery);
    if let Some(reservation) = reservation {
        reservation.shrink(weight);
    }
    let mut progress = Progress::default();
    if !targets.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        let notified = host.notifier().notify(targets, left);
        let no_room = Ending::unavailable(UnavailableCause::Pending);
        progress = notified.await.ok_or(no_room)?;
    }
    progress.unreachable += unreachable.len();
    Ok(Notified {
        progress,
        unreachable,
        without_manifest,
    })
}

impl Notified {
    /// How the road ended. `draining` says that the process is about to end.
    #[must_use]
    pub fn ending(self, draining: bool) -> Ending {
        let without_manifest = self.without_manifest.len();
        let ending = Ending::from(outcome(self.progress, without_manifest, draining));
        let mut reasons = self.unreachable;
        let without_manifest = self.without_manifest.iter();
        reasons.extend(without_manifest.map(|target| format!("{target} has no manifest")));
        if reasons.is_empty() {
            ending
        } else {
            ending.because(reasons.join("; "))
        }
    }
}

fn outcome(progress: Progress, without_manifest: usize, draining: bool) -> Outcome {
    let Progress {
        notified,
        unreachable,
        failing,
        running,
        postponed,
    } = progress;
    if failing > 0 {
        Outcome::Failed { failing }
    } else if running + postponed > 0 && draining {
        // The process may end before these patches do, so the sender is asked to repeat.
        Outcome::Unavailable(UnavailableCause::Draining)
    } else if running + postponed > 0 {
        Outcome::Accepted {
            running,
            postponed,
            without_manifest,
        }
    } else if unreachable > 0 {
        Outcome::Incomplete {
            notified,
            unreachable,
            without_manifest,
        }
    } else {
        Outcome::Notified {
            targets: notified,
            without_manifest,
        }
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
            without_manifest: 1,
        };
        let notified = |targets| Outcome::Notified {
            targets,
            without_manifest: 1,
        };
        let accepted = |running, postponed| Outcome::Accepted {
            running,
            postponed,
            without_manifest: 1,
        };
        let cases = [
            ([0, 0, 0, 0, 0], false, notified(0)),
            ([2, 0, 0, 0, 0], true, notified(2)),
            ([2, 1, 0, 0, 0], true, incomplete),
            ([2, 1, 0, 3, 0], false, accepted(3, 0)),
            ([2, 1, 0, 3, 0], true, draining.clone()),
            ([2, 1, 0, 3, 2], false, accepted(3, 2)),
            ([2, 1, 0, 0, 2], false, accepted(0, 2)),
            ([2, 1, 0, 0, 2], true, draining),
            ([2, 1, 4, 3, 2], true, Outcome::Failed { failing: 4 }),
        ];
        for ([notified, unreachable, failing, running, postponed], draining, expected) in cases {
            let progress = Progress {
                notified,
                unreachable,
                failing,
                running,
                postponed,
            };
            assert_eq!(outcome(progress, 1, draining), expected, "{progress:?}");
        }
    }
}
