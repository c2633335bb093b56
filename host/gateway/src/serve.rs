use std::sync::Arc;

use bellpull_ports::Host;
use prometheus_client::registry::Registry;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::accept::accept;
use crate::connection::Lane;
use crate::gateway::Gateway;
use crate::listeners::Listeners;
use crate::metrics::Metrics;
use crate::probes::{Health, PluginPage, Scrape};

/// Connections open at once for probes and for scrapes, each.
const PROBE_CONNECTIONS: usize = 64;

/// What the process is to do. Only ever moves down this list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shutdown {
    /// Serve.
    #[default]
    No,
    /// Finish what is in hand, then end.
    Drain,
    /// End now.
    Cut,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Drained {
    /// Deliveries that were on the road and got no answer.
    pub cut: usize,
}

/// Serves until `shutdown` says [`Shutdown::Drain`] (or its sender is dropped) and the drain is
/// over: readiness is 503 at once, serving goes on for `drain_delay`, then the listener closes and
/// what is in hand is finished within `drain_timeout`, or until [`Shutdown::Cut`]. The probes
/// answer to the end. Dropping the future cuts everything.
pub async fn serve<H: Host>(
    listeners: Listeners,
    gateway: Arc<Gateway<H>>,
    registry: Arc<Registry>,
    plugins: impl PluginPage,
    shutdown: watch::Receiver<Shutdown>,
) -> Drained {
    let header_timeout = gateway.settings.header_timeout;
    let probe = Lane {
        max_connections: PROBE_CONNECTIONS,
        header_timeout,
        // Not registered: what is counted is counted of webhooks.
        metrics: Metrics::default(),
    };
    let lane = Lane {
        max_connections: gateway.settings.max_connections,
        header_timeout,
        metrics: gateway.metrics.clone(),
    };
    let health = Arc::new(Health {
        readiness: Arc::clone(&gateway.readiness),
        plugins,
    });
    let scrape = Arc::new(Scrape(registry));
    let (finish, finishing) = watch::channel(false);
    let (_probing, never) = watch::channel(false);

    let deliveries = async {
        tokio::join!(
            accept(listeners.receiver, Arc::clone(&gateway), lane, finishing),
            drain(&gateway, shutdown.clone(), &finish),
        );
        gateway.in_hand.empty().await;
    };
    tokio::select! {
        () = deliveries => {}
        () = patience(&gateway, shutdown.clone()) => {}
        () = accept(listeners.health, health, probe.clone(), never.clone()) => {}
        () = accept(listeners.metrics, scrape, probe, never) => {}
    }
    let drained = Drained {
        cut: gateway.in_hand.now(),
    };
    tracing::info!(cut = drained.cut, "drained");
    drained
}

async fn drain<H: Host>(
    gateway: &Gateway<H>,
    mut shutdown: watch::Receiver<Shutdown>,
    finish: &watch::Sender<bool>,
) {
    // An error says that the sender is gone, and with it whoever would ask for the drain.
    drop(shutdown.wait_for(|asked| *asked >= Shutdown::Drain).await);
    gateway.readiness.drain();
    gateway.metrics.set_draining();
    let delay = gateway.settings.drain_delay;
    tracing::info!(?delay, in_hand = gateway.in_hand.now(), "draining");
    sleep(delay).await;
    finish.send_replace(true);
}

/// Returns when a drain has lasted long enough.
async fn patience<H: Host>(gateway: &Gateway<H>, mut shutdown: watch::Receiver<Shutdown>) {
    drop(shutdown.wait_for(|asked| *asked >= Shutdown::Drain).await);
    let limit = gateway.settings.drain_delay + gateway.settings.drain_timeout;
    tokio::select! {
        () = sleep(limit) => {}
        Ok(_) = shutdown.wait_for(|asked| *asked == Shutdown::Cut) => {}
    }
}
