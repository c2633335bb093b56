//! What is awaited of the replicas and of the oracle.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use bellpull_core::Timestamp;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::HOST;
use tokio::runtime::Runtime;

use super::Soak;
use super::connections::Protocol;
use super::receivers::{Habit, PLUGIN, SoakReceiver};
use crate::cluster::store::Writes;
use crate::patience::{PATIENCE, comes_at};

/// How often is looked.
const LOOK: Duration = Duration::from_millis(100);
/// The annotation that a notification sets.
const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";

/// Hands every annotation that is written to the oracle, without an end.
pub(super) async fn read_writes(soak: &Soak) {
    let resource = "source.toolkit.fluxcd.io/gitrepositories";
    let mut writes = Writes::follow(&soak.site.plane, resource, &soak.site.namespace).await;
    loop {
        for object in writes.next().await {
            let metadata = &object["metadata"];
            let Some(value) = metadata["annotations"][REQUESTED_AT].as_str() else {
                continue;
            };
            let target = metadata["name"].as_str().unwrap_or_default();
            match value.parse::<Timestamp>() {
                Ok(value) => soak.oracle.written(target, value),
                Err(error) => soak.oracle.fails(format!("{target}: {value:?}: {error}")),
            }
        }
    }
}

impl Soak {
    /// Waits for a condition.
    pub(super) fn until(&self, what: &str, condition: impl FnMut() -> bool) -> Result<()> {
        if comes_at(LOOK, condition) {
            return Ok(());
        }
        let logs = self.replicas.each_ref();
        let logs = logs.map(|replica| format!("{} logs:\n{}", replica.name, replica.complaints()));
        bail!("not {what} after {PATIENCE:?}\n{}", logs.join("\n"))
    }

    /// Waits until so many more deliveries have been answered.
    pub(super) fn until_answered(&self, more: u64) -> Result<()> {
        let target = self.oracle.answered() + more;
        self.until(&format!("{more} more answers"), || {
            self.oracle.answered() >= target
        })
    }

    /// Waits for more deliveries with this answer.
    pub(super) fn until_more(&self, answer: &str) -> Result<()> {
        let before = self.oracle.with(answer);
        self.until(&format!("more answers {answer:?}"), || {
            self.oracle.with(answer) > before
        })
    }

    /// Waits until each replica has kept a promise to the target of every Receiver that notifies, whether
    /// it answered before or after.
    pub(super) fn until_all_notify(&self) -> Result<()> {
        self.until_notify("every Receiver", |receiver| {
            receiver.habit == Habit::Notifies
        })
    }

    /// The same of one Receiver.
    pub(super) fn until_notifies(&self, name: &str) -> Result<()> {
        self.until_notify(name, |receiver| receiver.name == name)
    }

    fn until_notify(&self, what: &str, wanted: impl Fn(&SoakReceiver) -> bool) -> Result<()> {
        let before = self.oracle.kept();
        self.until(&format!("notifying by {what} at each replica"), || {
            let kept = self.oracle.kept();
            let mut receivers = self.receivers.iter().zip(before.iter().zip(&kept));
            receivers.all(|(receiver, (before, kept))| {
                !wanted(receiver) || before.iter().zip(kept).all(|(before, kept)| kept > before)
            })
        })
    }

    /// Waits until both replicas have this version and state of the plugin.
    pub(super) fn until_plugin(&self, version: &str, state: &str) -> Result<()> {
        self.until(&format!("plugin {version} {state}"), || {
            let told = self
                .replicas
                .each_ref()
                .map(|replica| replica.plugin(PLUGIN));
            told.iter()
                .all(|told| told["version"] == version && told["state"] == state)
        })
    }

    /// Waits until both replicas answer an empty delivery to this path as wanted.
    pub(super) fn until_path(
        &self,
        runtime: &Runtime,
        path: &str,
        what: &str,
        wanted: impl Fn(u16) -> bool,
    ) -> Result<()> {
        self.until(what, || {
            let mut replicas = self.replicas.iter();
            replicas.all(|replica| {
                let Some(address) = replica.in_rotation() else {
                    return false;
                };
                let request = Request::post(path).header(HOST, "localhost");
                let Ok(request) = request.body(Full::new(Bytes::new())) else {
                    return false;
                };
                let answer = replica.connections.send(address, Protocol::Once, request);
                runtime
                    .block_on(answer)
                    .is_ok_and(|(status, _)| wanted(status))
            })
        })
    }

    /// Waits until nothing is owed to any target, which a replica that goes on makes come.
    pub(super) fn settles(&self) -> Result<()> {
        self.until("settled", || self.oracle.owed().is_empty())
            .map_err(|error| anyhow!("{error:#}\nowed: {:?}", self.oracle.owed()))
    }
}
