use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    peer: IpAddr,
    /// How many connections of the listener are being opened.
    openings: Arc<AtomicUsize>,
    activity: Mutex<Activity>,
    end: Notify,
    /// Is notified whenever any connection of the listener begins to wait for its peer.
    begins_to_wait: Arc<Notify>,
}

#[derive(Debug)]
struct Activity {
    /// Whether the peer still has to send what comes before requests.
    opening: bool,
    /// Complete deliveries without an answer.
    working: usize,
    /// When the connection was opened, or last finished a delivery.
    since: Instant,
}

impl Connection {
    /// A connection that is being opened. `openings` counts it meanwhile.
    pub(crate) fn new(
        id: u64,
        peer: IpAddr,
        openings: Arc<AtomicUsize>,
        begins_to_wait: Arc<Notify>,
    ) -> Self {
        openings.fetch_add(1, Ordering::Relaxed);
        Self(Arc::new(ConnectionState {
            id,
            peer,
            openings,
            activity: Mutex::new(Activity {
                opening: true,
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

    /// What comes before requests is over.
    pub(crate) fn opened(&self) {
        self.locked().leave_opening(&self.0.openings);
    }

    pub(crate) fn is_opening(&self) -> bool {
        self.locked().opening
    }

    /// The other end of the socket.
    pub(crate) fn peer(&self) -> IpAddr {
        self.0.peer
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

impl Activity {
    fn leave_opening(&mut self, openings: &AtomicUsize) {
        if std::mem::take(&mut self.opening) {
            openings.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for ConnectionState {
    fn drop(&mut self) {
        let activity = self.activity.get_mut();
        let activity = activity.unwrap_or_else(PoisonError::into_inner);
        activity.leave_opening(&self.openings);
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
