use std::sync::Arc;

use bellpull_core::ports::{Notify, Targets, Verify};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::phase::reached;
use crate::{Gateway, Phase, Readiness, listener, probes};

/// The ports, bound before anything is served.
#[derive(Debug)]
pub struct Listeners {
    /// Webhooks.
    pub receiver: TcpListener,
    /// `/healthz` and `/readyz`.
    pub health: TcpListener,
    /// `/metrics`.
    pub metrics: TcpListener,
}

/// The probes while they answer; they stop when it is dropped.
#[must_use = "the probes stop when this is dropped"]
pub struct Probes([JoinHandle<()>; 2]);

impl Drop for Probes {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// How a gateway ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Deliveries that had no answer yet.
    pub cut: usize,
}

/// Answers probes from now on.
pub fn serve_probes(
    health: TcpListener,
    metrics: TcpListener,
    readiness: Readiness,
    registry: Registry,
) -> Probes {
    let health = tokio::spawn(probes::health(health, readiness));
    let metrics = tokio::spawn(probes::metrics(metrics, Arc::new(registry)));
    Probes([health, metrics])
}

/// Serves webhooks until the phase says to drain; then serves on for the drain delay, since load
/// balancers lag, stops accepting, and finishes what is in hand within the drain timeout.
pub async fn serve<V: Verify, T: Targets, N: Notify>(
    receiver: TcpListener,
    gateway: Arc<Gateway<V, T, N>>,
) -> Ended {
    let (close, closing) = watch::channel(false);
    let mut phase = gateway.phase.clone();
    let settings = gateway.settings;
    let drain = async {
        reached(&mut phase, Phase::Draining).await;
        gateway.metrics.draining.set(1);
        tokio::select! {
            () = sleep(settings.drain_delay) => {}
            () = reached(&mut phase, Phase::Cut) => {}
        }
        close.send_replace(true);
        tokio::select! {
            () = sleep(settings.drain_timeout) => {}
            () = reached(&mut phase, Phase::Cut) => {}
        }
    };
    tokio::select! {
        () = listener::accept(receiver, &gateway, closing) => {}
        () = drain => {}
    }
    Ended { cut: gateway.in_hand() }
}
