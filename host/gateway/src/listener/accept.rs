use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use super::connection::Connection;
use super::endpoint::Endpoint;
use super::serve_connection::{ListenerOptions, serve_connection};
use crate::metrics::ReachedLimit;

/// The pause after a failed accept. Without file descriptors, the next accept would fail at once.
const BACK_OFF: Duration = Duration::from_millis(50);
/// When there is no room for another connection, one in this many ends. The search for the idlest
/// takes time, and a flood of connections must not take that time for each of them.
const ENDED_ONE_IN: usize = 16;
/// One in this many connections may be in the middle of a TLS handshake or a PROXY header. A flood of
/// those must not end connections with requests.
const OPENING_ONE_IN: usize = 4;

/// Accepts connections until told to finish, and returns once all of them have ended. Dropping the
/// future cuts them.
///
/// When there is no room for a new connection, the connections that have waited longest for their
/// peers end. When every connection is at work, the new one waits.
pub(crate) async fn accept<E: Endpoint>(
    listener: TcpListener,
    endpoint: Arc<E>,
    options: ListenerOptions,
    mut finish: watch::Receiver<bool>,
) {
    let finishing = finish.clone();
    let mut open = OpenConnections::default();
    let mut accepted_so_far = 0;
    let begins_to_wait = Arc::new(Notify::new());
    let openings = Arc::<AtomicUsize>::default();
    loop {
        options.metrics.set_connections(open.tasks.len());
        tokio::select! {
            () = told_to_finish(&mut finish) => break,
            true = open.ended() => {}
            // There may be a connection to end now.
            () = begins_to_wait.notified(), if !open.has_room(options.max_connections) => {}
            accepted = listener.accept(), if open.has_room(options.max_connections) => {
                match accepted {
                    Ok((stream, peer)) => {
                        prepare(&stream);
                        accepted_so_far += 1;
                        open.make_room(&options, openings.load(Ordering::Relaxed));
                        let connection = Connection::new(
                            accepted_so_far,
                            Arc::clone(&openings),
                            Arc::clone(&begins_to_wait),
                        );
                        let serving = serve_connection(
                            stream,
                            peer.ip(),
                            connection.clone(),
                            Arc::clone(&endpoint),
                            options.clone(),
                            finishing.clone(),
                        );
                        open.begin(connection, serving);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(BACK_OFF).await;
                    }
                }
            }
        }
    }
    drop(listener);
    while open.ended().await {
        options.metrics.set_connections(open.tasks.len());
    }
}

#[derive(Default)]
struct OpenConnections {
    tasks: JoinSet<()>,
    connections: HashMap<Id, Connection>,
    /// Connections that have been told to end.
    ending: HashSet<Id>,
}

impl OpenConnections {
    fn begin(
        &mut self,
        connection: Connection,
        serving: impl Future<Output = ()> + Send + 'static,
    ) {
        let task = self.tasks.spawn(serving);
        self.connections.insert(task.id(), connection);
    }

    /// Whether another connection may be accepted: there is room, or a connection that can be
    /// ended, and none is ending yet.
    fn has_room(&self, max: usize) -> bool {
        let mut connections = self.connections.values();
        let mut any_waits = || connections.any(|one| one.waits_since().is_some());
        self.tasks.len() < max || self.ending.is_empty() && any_waits()
    }

    /// Ends connections if there are too many for another one, of all or of those that are being opened.
    fn make_room(&mut self, options: &ListenerOptions, openings: usize) {
        let most = options.max_connections;
        if self.tasks.len() >= most {
            options.metrics.limit(ReachedLimit::Connections);
            self.end_idlest(most.div_ceil(ENDED_ONE_IN), |_| true);
        }
        let most = most.div_ceil(OPENING_ONE_IN);
        if openings >= most && !options.opening.is_none() {
            options.metrics.limit(ReachedLimit::Openings);
            self.end_idlest(most.div_ceil(ENDED_ONE_IN), Connection::is_opening);
        }
    }

    /// Ends the `count` connections that have waited longest for their peers, among `those`.
    fn end_idlest(&mut self, count: usize, those: impl Fn(&Connection) -> bool) {
        let waiting = self.connections.iter();
        let mut waiting: Vec<_> = waiting
            .filter(|(task, one)| !self.ending.contains(*task) && those(one))
            .filter_map(|(task, one)| Some((one.waits_since()?, one.id(), *task)))
            .collect();
        waiting.sort_unstable_by_key(|(since, id, _)| (*since, *id));
        for (_, _, task) in waiting.iter().take(count) {
            if let Some(connection) = self.connections.get(task) {
                connection.end();
                self.ending.insert(*task);
            }
        }
    }

    /// Waits until a connection has ended. Returns false when none is open.
    async fn ended(&mut self) -> bool {
        let Some(ended) = self.tasks.join_next_with_id().await else {
            return false;
        };
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                report(&error);
                error.id()
            }
        };
        self.connections.remove(&id);
        self.ending.remove(&id);
        true
    }
}

fn prepare(stream: &TcpStream) {
    // Answers are small and written at once; waiting to fill a segment only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
}

fn report(error: &JoinError) {
    tracing::error!(%error, "a connection's task failed");
}

/// Waits to be told to finish. The guard that `wait_for` returns must not live in a `select!`.
async fn told_to_finish(finish: &mut watch::Receiver<bool>) {
    drop(finish.wait_for(|finish| *finish).await);
}
