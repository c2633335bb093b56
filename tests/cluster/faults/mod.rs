//! Deliveries flow while something breaks. Each is answered, and each that its sender was told to be
//! in good hands is followed by a patch of its targets that began after it was sent.

mod api_server;
mod edits;
mod expired;
mod fan_out;
mod fleet;
mod flow;
mod refusals;
mod replicas;

use bellpull_tests::cluster::{Identity, Proxy};
use bellpull_tests::serve::{Served, get};

use super::world::{World, until};

/// The series of status that was written.
pub(super) const WRITTEN: &str = "bellpull_status_writes_total{result=\"written\"}";

/// Bellpull, with its own role, behind a proxy, as soon as it is ready.
fn behind(proxy: &Proxy, world: &World<'_>, arguments: &[&str]) -> Served {
    let kubeconfig = proxy.kubeconfig_of(world.plane, Identity::Bellpull);
    let served = world.launch_by(&kubeconfig.expect("a kubeconfig"), arguments);
    until(
        || format!("ready: {}", served.stderr()),
        || get(served.health, "/readyz").0 == 200,
    );
    served
}

/// Waits until no target waits for a notification.
#[track_caller]
fn until_idle(served: &Served) {
    until(
        || format!("idle: {}", served.stderr()),
        || {
            let pending = series(served, "bellpull_pending_targets");
            pending.expect("it is always there") == 0
        },
    );
}

/// The value of a series, if there is one.
pub(super) fn series(served: &Served, name: &str) -> Option<u64> {
    let (_, text) = get(served.metrics, "/metrics");
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
    lines.find_map(|value| value.strip_prefix(' ')?.parse().ok())
}
