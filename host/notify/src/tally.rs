use std::time::Duration;

use bellpull_core::Progress;
use tokio::sync::watch;

/// How far the targets of one delivery have come.
pub(crate) struct Tally {
    progress: watch::Sender<Progress>,
}

impl Tally {
    /// The tally of so many targets, and what its sender's answer waits for.
    pub(crate) fn new(targets: usize) -> (Self, Awaited) {
        let (progress, awaited) = watch::channel(Progress {
            running: targets,
            ..Progress::default()
        });
        (Self { progress }, Awaited(awaited))
    }

    /// Whether the sender waits for nothing more.
    pub(crate) fn is_answered(&self) -> bool {
        self.progress.is_closed()
    }

    /// A target that ran has failed for the first time.
    pub(crate) fn failed(&self) {
        self.progress.send_modify(|progress| {
            progress.running = progress.running.saturating_sub(1);
            progress.failing += 1;
        });
    }

    /// A target is done, whether it had failed before or not.
    pub(crate) fn done(&self, had_failed: bool, notified: bool) {
        self.progress.send_modify(|progress| {
            let from = if had_failed {
                &mut progress.failing
            } else {
                &mut progress.running
            };
            *from = from.saturating_sub(1);
            let to = if notified {
                &mut progress.notified
            } else {
                &mut progress.unreachable
            };
            *to += 1;
        });
    }
}

/// What the answer to one delivery waits for.
pub(crate) struct Awaited(watch::Receiver<Progress>);

impl Awaited {
    /// Waits until every target is done, `deadline` at the longest.
    pub(crate) async fn done_within(mut self, deadline: Duration) -> Progress {
        let progress = &mut self.0;
        let all = progress.wait_for(|progress| progress.running + progress.failing == 0);
        // Neither way of ending early matters: what counts is how far it has come.
        let _ = tokio::time::timeout(deadline, all).await.map(drop);
        *self.0.borrow()
    }
}
