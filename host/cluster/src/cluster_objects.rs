use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_plan::{Objects, ReceiverState};
use kube::runtime::reflector::ObjectRef;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use crate::Synced;
use crate::index::Index;
use crate::planned_states::PlannedStates;
use crate::watched_receiver::WatchedReceiver;

/// How much longer than a plan took the next one waits. A burst of changes is so planned a few
/// times, and not once for each change.
const PAUSE: u32 = 4;
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Hands out objects to be planned, and takes the states that were planned.
pub struct ClusterObjects {
    index: Arc<Index>,
    changed: watch::Receiver<()>,
    states: Arc<PlannedStates>,
    touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    /// When the objects were taken that are being planned.
    taken: Option<Instant>,
    not_before: Instant,
}

impl ClusterObjects {
    pub(crate) fn new(
        index: Arc<Index>,
        states: Arc<PlannedStates>,
        touched: UnboundedSender<ObjectRef<WatchedReceiver>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            changed: index.subscribe(),
            index,
            states,
            touched,
            taken: None,
            not_before: now,
        }
    }

    /// Returns when something has changed since the last call of [`objects`](Self::objects). A
    /// dropped future misses no change.
    pub async fn changed(&mut self) {
        tokio::time::sleep_until(self.not_before.into()).await;
        // The index, and with it the sender, lives as long as this.
        drop(self.changed.changed().await);
    }

    /// The current objects, and whether they are complete.
    pub fn objects(&mut self) -> (Objects, Synced) {
        self.changed.mark_unchanged();
        self.taken = Some(Instant::now());
        self.index.objects()
    }

    /// Takes the states that were planned, to be written into status.
    pub fn published(&mut self, receivers: &[Arc<ReceiverState>]) {
        self.states.take(receivers, &self.touched);
        // Only the first publication of the same objects shows how long planning takes.
        if let Some(taken) = self.taken.take() {
            let pause = (taken.elapsed() * PAUSE).min(LONGEST_PAUSE);
            self.not_before = Instant::now() + pause;
        }
    }
}
