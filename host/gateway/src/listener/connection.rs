use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// One connection of a listener. It knows since when it has been waiting for its peer, and can be
/// told to end.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<ConnectionState>);

#[derive(Debug)]
struct ConnectionState {
    id: u64,
    activity: Mutex<Activity>,
    end: Notify,
    /// Is notified whenever any connection of the listener begins to wait for its peer.
    begins_to_wait: Arc<Notify>,
}

#[derive(Debug)]
struct Activity {
    /// Complete deliveries without an answer.
    working: usize,
    /// When the connection was opened, or last finished a delivery.
    since: Instant,
}

impl Connection {
    pub(crate) fn new(id: u64, begins_to_wait: Arc<Notify>) -> Self {
        Self(Arc::new(ConnectionState {
            id,
            activity: Mutex::new(Activity {
                working: 0,
                since: Instant::now(),
            }),
            end: Notify::new(),
            begins_to_wait,
        }))
    }

    /// Unique among the connections of a listener.
    pub(crate) fn id(&self) -> u64 {
        self.0.id
    }

    /// A delivery is complete. Until the guard is dropped, the connection does not wait for its
    /// peer.
    pub(crate) fn work(&self) -> WorkGuard {
        self.locked().working += 1;
        WorkGuard(self.clone())
    }

    /// Since when the connection has been waiting for its peer to send a request, or the rest of
    /// one. `None`: it does not wait.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        let activity = self.locked();
        (activity.working == 0).then_some(activity.since)
    }

    /// Tells the connection to end at once.
    pub(crate) fn end(&self) {
        self.0.end.notify_one();
    }

    /// Returns once the connection is told to end.
    pub(crate) async fn ended(&self) {
        self.0.end.notified().await;
    }

    fn locked(&self) -> MutexGuard<'_, Activity> {
        let activity = self.0.activity.lock();
        activity.unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(crate) struct WorkGuard(Connection);

impl Drop for WorkGuard {
    fn drop(&mut self) {
        let mut activity = self.0.locked();
        activity.working = activity.working.saturating_sub(1);
        activity.since = Instant::now();
        self.0.0.begins_to_wait.notify_one();
    }
}
