use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::connection::{Endpoint, Lane, converse};
use crate::metrics::Limit;
use crate::peer::Connection;

/// What an accept that failed costs: out of file descriptors, it would fail again at once.
const BACK_OFF: Duration = Duration::from_millis(50);

/// Accepts connections until told to finish, then returns once all of them have ended. Dropping the
/// future cuts them.
pub(crate) async fn accept<E: Endpoint>(
    listener: TcpListener,
    endpoint: Arc<E>,
    lane: Lane,
    mut finish: watch::Receiver<bool>,
) {
    let told = finish.clone();
    let mut connections = JoinSet::new();
    let mut accepted_so_far = 0;
    loop {
        lane.metrics.set_connections(connections.len());
        tokio::select! {
            () = asked(&mut finish) => break,
            Some(ended) = connections.join_next() => report(ended),
            accepted = listener.accept(), if connections.len() < lane.max_connections => {
                match accepted {
                    Ok((stream, _)) => {
                        prepare(&stream);
                        accepted_so_far += 1;
                        let identity = Connection(accepted_so_far);
                        let endpoint = Arc::clone(&endpoint);
                        let conversation =
                            converse(stream, identity, endpoint, lane.clone(), told.clone());
                        connections.spawn(conversation);
                        if connections.len() == lane.max_connections {
                            lane.metrics.limit(Limit::Connections);
                        }
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
    while let Some(ended) = connections.join_next().await {
        report(ended);
        lane.metrics.set_connections(connections.len());
    }
}

fn prepare(stream: &TcpStream) {
    // Answers are small and written at once; waiting to fill a segment only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task failed");
    }
}

/// Waits to be told to finish. The guard that `wait_for` gives must not live in a `select!`.
async fn asked(finish: &mut watch::Receiver<bool>) {
    drop(finish.wait_for(|finish| *finish).await);
}
