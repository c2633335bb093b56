use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::connection::{Endpoint, Lane, converse};
use crate::metrics::Limit;
use crate::peer::Connection;

/// What an accept that failed costs: out of file descriptors, it would fail again at once.
const BACK_OFF: Duration = Duration::from_millis(50);
/// Which part of all connections ends when there is no room for another: looking for the idlest
/// takes time that a flood of connections must not take for each.
const PART: usize = 16;

/// Accepts connections until told to finish, then returns once all of them have ended. Dropping the
/// future cuts them.
///
/// One for which there is no room takes the place of those that have waited longest for their peers;
/// where each is at work, it waits itself.
pub(crate) async fn accept<E: Endpoint>(
    listener: TcpListener,
    endpoint: Arc<E>,
    lane: Lane,
    mut finish: watch::Receiver<bool>,
) {
    let told = finish.clone();
    let mut open = Open::default();
    let mut accepted_so_far = 0;
    let waits = Arc::new(Notify::new());
    loop {
        lane.metrics.set_connections(open.tasks.len());
        tokio::select! {
            () = asked(&mut finish) => break,
            true = open.ended() => {}
            // There may be room now.
            () = waits.notified(), if !open.has_room(lane.max_connections) => {}
            accepted = listener.accept(), if open.has_room(lane.max_connections) => {
                match accepted {
                    Ok((stream, _)) => {
                        prepare(&stream);
                        accepted_so_far += 1;
                        if open.tasks.len() >= lane.max_connections {
                            lane.metrics.limit(Limit::Connections);
                            open.end_idlest(lane.max_connections.div_ceil(PART));
                        }
                        let connection = Connection::new(accepted_so_far, Arc::clone(&waits));
                        let endpoint = Arc::clone(&endpoint);
                        let (lane, told) = (lane.clone(), told.clone());
                        let talk = converse(stream, connection.clone(), endpoint, lane, told);
                        open.begin(connection, talk);
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
        lane.metrics.set_connections(open.tasks.len());
    }
}

/// The connections that are open.
#[derive(Default)]
struct Open {
    tasks: JoinSet<()>,
    connections: HashMap<Id, Connection>,
    /// Those that have been told to end.
    ending: HashSet<Id>,
}

impl Open {
    fn begin(&mut self, connection: Connection, talk: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(talk);
        self.connections.insert(task.id(), connection);
    }

    /// Whether another may be accepted: there is room, or somebody to make it who has not been told.
    fn has_room(&self, max: usize) -> bool {
        let mut connections = self.connections.values();
        let mut somebody = || connections.any(|one| one.waits_since().is_some());
        self.tasks.len() < max || self.ending.is_empty() && somebody()
    }

    /// Ends so many of those that have waited longest for their peers.
    fn end_idlest(&mut self, count: usize) {
        let waiting = self.connections.iter();
        let mut waiting: Vec<_> = waiting
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

    /// Waits until one has ended; false: none is open.
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

/// Waits to be told to finish. The guard that `wait_for` gives must not live in a `select!`.
async fn asked(finish: &mut watch::Receiver<bool>) {
    drop(finish.wait_for(|finish| *finish).await);
}
