use std::time::Duration;

use bellpull_core::Progress;
use tokio::sync::watch;

use crate::concurrency::interleave;

/// Tracks how far the notification of one delivery's targets has come.
pub(crate) struct ProgressTracker {
    progress: watch::Sender<Progress>,
}

impl ProgressTracker {
    pub(crate) fn new(targets: usize) -> (Self, ProgressWatch) {
        let (progress, watch) = watch::channel(Progress {
            running: targets,
            ..Progress::default()
        });
        (Self { progress }, ProgressWatch(watch))
    }

    /// Whether the sender has its answer, so that nobody watches any more.
    pub(crate) fn is_answered(&self) -> bool {
        self.progress.is_closed()
    }

    /// A running target has failed for the first time.
    pub(crate) fn failed(&self) {
        self.progress.send_modify(|progress| {
            progress.running = progress.running.saturating_sub(1);
            progress.failing += 1;
        });
    }

    /// A running target waits for its least interval from now on.
    pub(crate) fn postponed(&self) {
        self.progress.send_modify(|progress| {
            progress.running = progress.running.saturating_sub(1);
            progress.postponed += 1;
        });
    }

    /// A postponed target runs from now on.
    pub(crate) fn resumed(&self) {
        self.progress.send_modify(|progress| {
            progress.postponed = progress.postponed.saturating_sub(1);
            progress.running += 1;
        });
    }

    /// A target is done. `had_failed` says whether it has failed before.
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

/// Lets the answer to a delivery wait for its targets.
pub(crate) struct ProgressWatch(watch::Receiver<Progress>);

impl ProgressWatch {
    /// Waits until every target is done or postponed, at most for `deadline`.
    pub(crate) async fn done_within(mut self, deadline: Duration) -> Progress {
        interleave();
        let progress = &mut self.0;
        let all = progress.wait_for(|progress| progress.running + progress.failing == 0);
        // An early end does not matter: the progress so far is the result.
        let _ = tokio::time::timeout(deadline, all).await.map(drop);
        *self.0.borrow()
    }
}
