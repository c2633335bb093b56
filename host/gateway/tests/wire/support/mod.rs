//! A gateway on free ports, a client that sends bytes, and fakes that follow a script.

mod client;
mod fake;
mod tls;
mod world;

use std::future::Future;
use std::time::Duration;

pub(crate) use client::{Answer, Client, post};
pub(crate) use fake::{Fake, Script, accepted, target};
pub(crate) use tls::{Authority, handshake};
pub(crate) use world::{ANY, KNOWN, OTHER, SUSPENDED, World};

/// How long a test waits for what should come. Every wait of these tests ends by this bound.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at of which nothing tells, such as a counter's value.
const INTERVAL: Duration = Duration::from_millis(5);

/// Fails a test that hangs.
pub(crate) async fn within<T>(waiting: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, waiting).await;
    ended.unwrap_or_else(|_| panic!("nothing happened for {PATIENCE:?}"))
}

/// Waits for a condition.
pub(crate) async fn until(mut condition: impl AsyncFnMut() -> bool) {
    within(async {
        while !condition().await {
            tokio::time::sleep(INTERVAL).await;
        }
    })
    .await;
}
