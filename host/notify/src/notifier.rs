use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{GivenUp, Notification, Notify, Patch, Progress, ReceiverId, Target};

use crate::concurrency;
use crate::metrics::NotifyMetrics;
use crate::progress::{ProgressTracker, ProgressWatch};
use crate::settings::NotifySettings;
use crate::shared::Shared;
use crate::worker;

/// The one notifier of a process. Clones share its queues.
pub struct Notifier<P> {
    pub(crate) shared: Arc<Shared<P>>,
}

impl<P> Clone for Notifier<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<P: Patch> Notifier<P> {
    #[must_use]
    pub fn new(patch: P, settings: NotifySettings, metrics: NotifyMetrics) -> Self {
        Self {
            shared: Arc::new(Shared::new(patch, settings, metrics)),
        }
    }

    /// Notifies what waits for the least interval of its target, and postpones nothing from now on.
    pub fn stop_postponing(&self) {
        self.shared.queues.stop_postponing();
    }

    /// Waits until no target is pending, at most for `deadline`. Nothing is postponed any longer.
    /// Returns how many targets are left.
    /// Logs each of them with its Receivers, whose deliveries are lost if the process ends now.
    pub async fn drain(&self, deadline: Duration) -> usize {
        let queues = &self.shared.queues;
        queues.stop_postponing();
        if tokio::time::timeout(deadline, queues.idle()).await.is_ok() {
            return 0;
        }
        let left = queues.pending();
        for (target, notifications) in &left {
            tracing::warn!(
                target_object = %worker::printable(target),
                receivers = %worker::receivers(notifications),
                "not notified before the end"
            );
            let patch = &self.shared.patch;
            patch.given_up(target, notifications, GivenUp::Ended);
        }
        left.len()
    }

    fn enqueue(&self, targets: HashMap<Target, Arc<Notification>>) -> Option<ProgressWatch> {
        let Shared {
            queues, settings, ..
        } = &*self.shared;
        let (tracker, watch) = ProgressTracker::new(targets.len());
        let new = queues.add(targets, &Arc::new(tracker), settings.max_pending)?;
        for (target, joined) in new {
            concurrency::spawn(worker::serve(Arc::clone(&self.shared), target, joined));
        }
        Some(watch)
    }
}

impl<P: Patch> Notify for Notifier<P> {
    fn has_room(&self, receiver: &ReceiverId) -> bool {
        let Shared {
            queues, settings, ..
        } = &*self.shared;
        queues.has_room(receiver, settings.max_pending)
    }

    fn pending(&self) -> Option<usize> {
        Some(self.shared.queues.pending().len())
    }

    /// Must be called within a tokio runtime. A target that is named twice counts once.
    fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        deadline: Duration,
    ) -> impl Future<Output = Option<Progress>> + Send {
        // Outside the future, which would otherwise keep the notifications in memory.
        let queued = self.enqueue(targets.into_iter().collect());
        async move {
            match queued {
                Some(watch) => Some(watch.done_within(deadline).await),
                None => None,
            }
        }
    }
}
