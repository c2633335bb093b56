//! The wiring: settings → ports bound → providers loaded → objects watched → served → drained.

mod publish;
mod signals;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use arc_swap::ArcSwap;
use bellpull_core::limits;
use bellpull_folder::{Folder, FolderTargets, JsonLines, TargetIndex};
use bellpull_gateway::{Gateway, Listeners, Phase, Ports, Readiness};
use bellpull_notify::Notifier;
use prometheus_client::registry::Registry;
use tokio::sync::watch;

use crate::exit::Exit;
use crate::logs;
use crate::providers::Loader;
use crate::settings::ServeArgs;
use publish::Publisher;

pub(crate) fn run(arguments: &ServeArgs) -> Result<Exit> {
    logs::start(arguments.log_format, arguments.log_level);
    for warning in arguments.flux.warnings() {
        tracing::warn!("{warning}");
    }
    super::check_folder(&arguments.manifests)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &ServeArgs) -> Result<Exit> {
    let (phase, phases) = watch::channel(Phase::Serving);
    signals::watch(phase)?;
    let listeners = bind(arguments)?;

    let mut readiness = Readiness::new(phases.clone());
    let providers_loaded = readiness.latch("providers not loaded");
    let receivers_synced = readiness.latch("receivers not read");

    let loader = Loader::new(&arguments.verify, &arguments.cache)?;
    let notify_metrics = bellpull_notify::Metrics::default();
    let lines = JsonLines::new(io::stdout()).context("starting to write notifications")?;
    let notifier = Notifier::new(
        lines,
        bellpull_notify::Settings {
            slots: arguments.max_notifications,
            max_pending: limits::MAX_PENDING_TARGETS,
            attempt: limits::NOTIFY_ATTEMPT,
            retry: arguments.notify_retry,
        },
        notify_metrics.clone(),
    );
    let routes = Arc::new(ArcSwap::default());
    let targets =
        FolderTargets::new(Arc::new(TargetIndex::default()), !arguments.no_cross_namespace_refs);
    let gateway = Arc::new(Gateway::new(
        gateway_settings(arguments),
        Arc::clone(&routes),
        Ports {
            verify: Arc::clone(loader.sandbox()),
            targets: targets.clone(),
            notify: notifier.clone(),
        },
        phases,
    ));

    let mut registry = Registry::default();
    gateway.metrics().register(&mut registry);
    loader.sandbox().metrics().register(&mut registry);
    notify_metrics.register(&mut registry);
    let Listeners { receiver, health, metrics } = listeners;
    let _probes = bellpull_gateway::serve_probes(health, metrics, readiness, registry);

    loader.install_bundled().await?;
    providers_loaded.set();
    let manifests = Folder::new(&arguments.manifests)
        .watch()
        .with_context(|| format!("watching {}", arguments.manifests.display()))?;
    let publisher = Publisher::new(Arc::clone(loader.sandbox()), routes, targets);
    let publishing = tokio::spawn(publisher.follow(manifests, receivers_synced));

    let ended = bellpull_gateway::serve(receiver, gateway).await;
    let start = Instant::now();
    let left = notifier.drain(arguments.drain_timeout).await;
    publishing.abort();
    tracing::info!(
        deliveries_cut = ended.cut,
        notifications_lost = left,
        drain_ms = start.elapsed().as_millis(),
        "ended"
    );
    Ok(if ended.cut == 0 && left == 0 { Exit::Success } else { Exit::Failure })
}

fn bind(arguments: &ServeArgs) -> Result<Listeners> {
    let receiver = listen("--receiver-addr", arguments.receiver_addr)?;
    let health = listen("--health-addr", arguments.health_addr)?;
    let metrics = listen("--metrics-addr", arguments.metrics_addr)?;
    Ok(Listeners { receiver, health, metrics })
}

fn listen(flag: &str, address: SocketAddr) -> Result<tokio::net::TcpListener> {
    let listener = bellpull_gateway::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow!("{address} is in use: end what listens there, or choose another with {flag}")
        }
        _ => anyhow!("cannot listen on {address} ({flag}): {error}"),
    })?;
    let bound = listener.local_addr()?;
    tracing::info!(flag, address = %bound, "listening");
    Ok(listener)
}

fn gateway_settings(arguments: &ServeArgs) -> bellpull_gateway::Settings {
    bellpull_gateway::Settings {
        max_body: arguments.max_body,
        max_bodies_in_flight: arguments.max_bodies_in_flight,
        max_connections: arguments.max_connections,
        header_timeout: arguments.header_timeout,
        read_timeout: arguments.read_timeout,
        answer_deadline: arguments.answer_deadline,
        drain_delay: arguments.drain_delay,
        drain_timeout: arguments.drain_timeout,
        flux_status_codes: arguments.flux_status_codes,
    }
}
