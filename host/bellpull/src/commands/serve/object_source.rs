use std::sync::Arc;

use bellpull_plan::{Objects, ReceiverState};

/// Where the objects of plans come from: a directory or a cluster.
pub(super) trait ObjectSource: Send + 'static {
    /// Returns true when something has changed since `objects` was called last, and false when nothing
    /// will change any more. No change is lost if this future is dropped.
    fn changed(&mut self) -> impl Future<Output = bool> + Send;

    /// The objects that are known now.
    fn objects(&mut self) -> Arc<Objects>;

    /// Whether the known objects are all that exist.
    fn synced(&self) -> bool;

    /// Called right before routes are published. From then on their targets must be known.
    fn publishing(&mut self);

    /// Called after publishing. `settled`: this is the final state of all known objects, so this process
    /// may receive deliveries.
    fn published(&mut self, receivers: &[Arc<ReceiverState>], settled: bool);
}
