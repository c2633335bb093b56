use std::num::NonZeroU32;
use std::sync::Arc;

use bellpull_core::limits;
use bellpull_ports::Host;
use governor::{DefaultDirectRateLimiter, Quota};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::admin::{AdminEndpoint, AdminPages};
use crate::gateway::Gateway;
use crate::listener::{ListenerOptions, Listeners, Opening, accept};
use crate::metrics::GatewayMetrics;
use crate::probes::{HealthEndpoint, MetricsEndpoint};

/// Open connections of the listeners of health, of metrics and of the admin API, each.
const PROBE_CONNECTIONS: usize = 64;

/// What the process is to do. It only ever moves down this list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shutdown {
    /// Serve on.
    #[default]
    No,
    /// Finish the deliveries in hand, then end.
    Drain,
    /// End now.
    Cut,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Drained {
    /// Deliveries on the road that got no answer.
    pub cut: usize,
}

/// Serves until `shutdown` says [`Shutdown::Drain`], or its sender is dropped, and the drain is
/// over.
///
/// In a drain, readiness is 503 at once and serving goes on for `drain_delay`. Then the listener
/// closes, and the deliveries in hand finish within `drain_timeout`, or until [`Shutdown::Cut`].
/// The probes answer to the end. Dropping the future cuts everything.
pub async fn serve<H: Host>(
    listeners: Listeners,
    gateway: Arc<Gateway<H>>,
    registry: Arc<Registry>,
    admin: Option<impl AdminPages>,
    shutdown: watch::Receiver<Shutdown>,
) -> Drained {
    let header_timeout = gateway.settings.header_timeout;
    let probe = ListenerOptions {
        max_connections: PROBE_CONNECTIONS,
        header_timeout,
        opening: Opening::default(),
        // Not registered: only the connections of webhooks are counted.
        metrics: GatewayMetrics::default(),
        refusals: refusals(),
    };
    let webhooks = ListenerOptions {
        max_connections: gateway.settings.max_connections,
        header_timeout,
        opening: Opening {
            proxy_protocol: gateway.settings.proxy_protocol.clone(),
            tls: listeners.tls,
        },
        metrics: gateway.metrics.clone(),
        refusals: refusals(),
    };
    let health = Arc::new(HealthEndpoint(Arc::clone(&gateway.readiness)));
    let scrape = Arc::new(MetricsEndpoint(registry));
    let (finish, finishing) = watch::channel(false);
    let (_probing, never) = watch::channel(false);

    let deliveries = async {
        tokio::join!(
            accept(
                listeners.receiver,
                Arc::clone(&gateway),
                webhooks,
                finishing
            ),
            drain(&gateway, shutdown.clone(), &finish),
        );
        gateway.in_flight.empty().await;
    };
    tokio::select! {
        () = deliveries => {}
        () = drain_expired(&gateway, shutdown.clone()) => {}
        () = accept(listeners.health, health, probe.clone(), never.clone()) => {}
        () = accept(listeners.metrics, scrape, probe.clone(), never.clone()) => {}
        () = serve_admin(listeners.admin, admin, probe, never) => {}
    }
    let drained = Drained {
        cut: gateway.in_flight.now(),
    };
    tracing::info!(cut = drained.cut, "drained");
    drained
}

/// Serves the pages of a process that takes no deliveries. Never returns.
pub async fn serve_pages(listener: TcpListener, pages: impl AdminPages) {
    let options = ListenerOptions {
        max_connections: PROBE_CONNECTIONS,
        header_timeout: limits::HEADER_TIMEOUT,
        opening: Opening::default(),
        metrics: GatewayMetrics::default(),
        refusals: refusals(),
    };
    let (_serving, never) = watch::channel(false);
    accept(listener, Arc::new(AdminEndpoint(pages)), options, never).await;
}

/// One line a minute.
fn refusals() -> Arc<DefaultDirectRateLimiter> {
    let quota = Quota::per_minute(NonZeroU32::MIN);
    Arc::new(DefaultDirectRateLimiter::direct(quota))
}

/// Serves the pages for whoever runs the process. Never returns if it has no address.
async fn serve_admin(
    listener: Option<TcpListener>,
    pages: Option<impl AdminPages>,
    options: ListenerOptions,
    never: watch::Receiver<bool>,
) {
    match listener.zip(pages) {
        Some((listener, pages)) => {
            accept(listener, Arc::new(AdminEndpoint(pages)), options, never).await;
        }
        None => std::future::pending().await,
    }
}

async fn drain<H: Host>(
    gateway: &Gateway<H>,
    mut shutdown: watch::Receiver<Shutdown>,
    finish: &watch::Sender<bool>,
) {
    // An error says that the sender is dropped, which asks for a drain too.
    drop(shutdown.wait_for(|asked| *asked >= Shutdown::Drain).await);
    gateway.readiness.drain();
    gateway.metrics.set_draining();
    let delay = gateway.settings.drain_delay;
    tracing::info!(?delay, in_hand = gateway.in_flight.now(), "draining");
    sleep(delay).await;
    finish.send_replace(true);
}

/// Returns when a drain has taken all the time it may, or is cut.
async fn drain_expired<H: Host>(gateway: &Gateway<H>, mut shutdown: watch::Receiver<Shutdown>) {
    drop(shutdown.wait_for(|asked| *asked >= Shutdown::Drain).await);
    let limit = gateway.settings.drain_delay + gateway.settings.drain_timeout;
    tokio::select! {
        () = sleep(limit) => {}
        Ok(_) = shutdown.wait_for(|asked| *asked == Shutdown::Cut) => {}
    }
}
