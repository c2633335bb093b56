use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// One connection of a listener: who has it, and for how long it has been waited for its peer.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: u64,
    state: Mutex<State>,
    end: Notify,
    /// Rings when it begins to be waited for the peer of some connection.
    waits: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    /// Deliveries that are whole and not answered.
    working: usize,
    since: Instant,
}

impl Connection {
    pub(crate) fn new(id: u64, waits: Arc<Notify>) -> Self {
        Self(Arc::new(Inner {
            id,
            state: Mutex::new(State {
                working: 0,
                since: Instant::now(),
            }),
            end: Notify::new(),
            waits,
        }))
    }

    /// Tells it from the others of its listener.
    pub(crate) fn id(&self) -> u64 {
        self.0.id
    }

    /// A delivery is whole: until the returned value is dropped it is not the peer that is slow.
    pub(crate) fn work(&self) -> Working {
        self.locked().working += 1;
        Working(self.clone())
    }

    /// Since when it is waited for the peer, if it is: for a request, or the rest of one.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        let state = self.locked();
        (state.working == 0).then_some(state.since)
    }

    /// Has it end at once.
    pub(crate) fn end(&self) {
        self.0.end.notify_one();
    }

    /// Returns once it is to end.
    pub(crate) async fn ended(&self) {
        self.0.end.notified().await;
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A delivery that is whole and not answered.
#[derive(Debug)]
pub(crate) struct Working(Connection);

impl Drop for Working {
    fn drop(&mut self) {
        let mut state = self.0.locked();
        state.working = state.working.saturating_sub(1);
        state.since = Instant::now();
        self.0.0.waits.notify_one();
    }
}
