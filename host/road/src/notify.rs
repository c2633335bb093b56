use std::collections::BTreeSet;

use bellpull_core::{Notify as _, Outcome, Progress, Target, UnavailableCause};
use bellpull_ports::Host;
use tokio::time::Instant;

use crate::{Ending, Passage, Selected};

/// How far the targets of a delivery have been told when it is to be answered.
#[derive(Debug)]
pub struct Told {
    progress: Progress,
    unreachable: Vec<String>,
    strangers: BTreeSet<Target>,
}

/// Has the targets notified, and waits for that as long as the answer may.
pub(crate) async fn notify<H: Host>(
    passage: Passage<H, Selected>,
    host: &H,
) -> Result<Told, Ending> {
    let Passage {
        delivery,
        deadline,
        room,
        stage,
        ..
    } = passage;
    let Selected {
        targets,
        weight,
        unreachable,
        strangers,
    } = stage;
    // The body has been read for the last time: others may have its memory.
    drop(delivery);
    if let Some(room) = room {
        room.shrink(weight);
    }
    let mut progress = Progress::default();
    if !targets.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        let notified = host.notifier().notify(targets, left);
        let no_room = Ending::unavailable(UnavailableCause::Pending);
        progress = notified.await.ok_or(no_room)?;
    }
    progress.unreachable += unreachable.len();
    Ok(Told {
        progress,
        unreachable,
        strangers,
    })
}

impl Told {
    /// How the road ended; `draining`: the process is about to end.
    #[must_use]
    pub fn ending(self, draining: bool) -> Ending {
        let strangers = self.strangers.len();
        let ending = Ending::from(outcome(self.progress, strangers, draining));
        let without_manifest = self.strangers.iter();
        let without_manifest =
            without_manifest.map(|target| format!("{target}: no manifest is of it"));
        let reasons: Vec<String> = self
            .unreachable
            .iter()
            .cloned()
            .chain(without_manifest)
            .collect();
        if reasons.is_empty() {
            ending
        } else {
            ending.because(reasons.join("; "))
        }
    }
}

fn outcome(progress: Progress, strangers: usize, draining: bool) -> Outcome {
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
        Outcome::Accepted { running, strangers }
    } else if unreachable > 0 {
        Outcome::Incomplete {
            notified,
            unreachable,
            strangers,
        }
    } else {
        Outcome::Notified {
            targets: notified,
            strangers,
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
            strangers: 1,
        };
        let notified = |targets| Outcome::Notified {
            targets,
            strangers: 1,
        };
        let accepted = Outcome::Accepted {
            running: 3,
            strangers: 1,
        };
        let cases = [
            ([0, 0, 0, 0], false, notified(0)),
            ([2, 0, 0, 0], true, notified(2)),
            ([2, 1, 0, 0], true, incomplete),
            ([2, 1, 0, 3], false, accepted),
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
            assert_eq!(outcome(progress, 1, draining), expected, "{progress:?}");
        }
    }
}
