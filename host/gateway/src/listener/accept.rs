use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use tokio::time::Instant;

use super::connection::Connection;
use super::endpoint::Endpoint;
use super::serve_connection::{ListenerOptions, serve_connection};
use crate::client::ClientNetwork;
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
                            peer.ip(),
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
        if self.tasks.len() >= most + self.ending.len() {
            options.metrics.limit(ReachedLimit::Connections);
            self.end_idlest(most.div_ceil(ENDED_ONE_IN));
        }
        let most = most.div_ceil(OPENING_ONE_IN);
        let ending = self.ending.iter();
        let ending = ending.filter_map(|task| self.connections.get(task));
        let ending = ending.filter(|one| one.is_opening()).count();
        if openings >= most + ending && !options.opening.is_none() {
            options.metrics.limit(ReachedLimit::Openings);
            self.end_openings(most.div_ceil(ENDED_ONE_IN));
        }
    }

    /// Ends the `count` connections that have waited longest for their peers.
    fn end_idlest(&mut self, count: usize) {
        let mut waiting: Vec<_> = self.waiting().collect();
        waiting.sort_unstable_by_key(|(since, one, _)| (*since, one.id()));
        let longest = waiting.into_iter().map(|(_, _, task)| task);
        let longest: Vec<Id> = longest.take(count).collect();
        self.end(longest);
    }

    /// Ends `count` connections that are being opened: of the network that opens most, those that have
    /// waited longest. So one network that floods ends its own.
    fn end_openings(&mut self, count: usize) {
        let opening = self.waiting().filter(|(_, one, _)| one.is_opening());
        let mut networks: HashMap<ClientNetwork, Vec<_>> = HashMap::new();
        for (since, one, task) in opening {
            let network = ClientNetwork::of(one.peer());
            networks
                .entry(network)
                .or_default()
                .push((since, one.id(), task));
        }
        // As the longest is last, it is taken first.
        for openings in networks.values_mut() {
            openings.sort_unstable_by_key(|(since, id, _)| Reverse((*since, *id)));
        }
        let mut ended = Vec::new();
        for _ in 0..count {
            let largest = networks.values_mut().max_by_key(|openings| {
                let longest = openings.last().map(|(since, id, _)| Reverse((*since, *id)));
                (openings.len(), longest)
            });
            ended.extend(largest.and_then(Vec::pop).map(|(_, _, task)| task));
        }
        self.end(ended);
    }

    /// The connections that wait for their peers and have not been told to end.
    fn waiting(&self) -> impl Iterator<Item = (Instant, &Connection, Id)> {
        let connections = self.connections.iter();
        let connections = connections.filter(|(task, _)| !self.ending.contains(*task));
        connections.filter_map(|(task, one)| Some((one.waits_since()?, one, *task)))
    }

    fn end(&mut self, tasks: Vec<Id>) {
        for task in tasks {
            if let Some(connection) = self.connections.get(&task) {
                connection.end();
                self.ending.insert(task);
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
