//! A gateway on free ports, a client that sends bytes, and fakes that follow a script.

mod client;
mod fake;
mod world;

use std::future::Future;
use std::time::Duration;

pub(crate) use client::{Answer, Client, post};
pub(crate) use fake::{Fake, Script, accepted, target};
pub(crate) use world::{ANY, KNOWN, OTHER, SUSPENDED, World};

/// Fails a test that hangs.
pub(crate) async fn within<T>(waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("nothing happened for 20 s")
}
