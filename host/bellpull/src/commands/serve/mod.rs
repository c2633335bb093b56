//! The wiring: settings → ports bound → providers loaded → objects watched → served → drained.

mod on_notify;
mod plugins;
mod publish;
mod signals;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use arc_swap::ArcSwap;
use bellpull_core::limits;
use bellpull_folder::{Folder, FolderTargets, JsonLines, Notifications, TargetIndex};
use bellpull_gateway::{Gateway, ListenerRole, Listeners, Ports, Readiness, Shutdown};
use bellpull_notify::Notifier;
use prometheus_client::registry::Registry;
use tokio::sync::watch;

use crate::exit::Exit;
use crate::logs;
use crate::providers::{Loader, Plugins};
use crate::settings::ServeArgs;
use publish::Publisher;

pub(crate) fn run(arguments: &ServeArgs) -> Result<Exit> {
    logs::start(arguments.log_format, arguments.log_level);
    for warning in arguments.flux.warnings() {
        tracing::warn!("{warning}");
    }
    super::check_folder(&arguments.manifests)?;
    super::check_plugins(&arguments.plugins)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &ServeArgs) -> Result<Exit> {
    let command = on_notify::command(arguments)?;
    let (shutdown, asked) = watch::channel(Shutdown::No);
    signals::watch(shutdown)?;
    let mut cut = asked.clone();
    let listeners = bind(arguments)?;

    let mut readiness = Readiness::new();
    let plugins_read = readiness.latch("plugins");
    let receivers_read = readiness.latch("receivers");

    let loader = Arc::new(Loader::new(&arguments.verify, &arguments.cache)?);
    let metrics = bellpull_gateway::Metrics::default();
    let notify_metrics = bellpull_notify::Metrics::default();
    let lines = JsonLines::new(io::stdout()).context("starting to write notifications")?;
    let attempt = on_notify::attempt(command.as_ref());
    let notifier = Notifier::new(
        Notifications::new(command, lines),
        bellpull_notify::Settings {
            slots: arguments.max_notifications,
            max_pending: limits::MAX_PENDING_TARGETS,
            attempt,
            retry: arguments.notify_retry,
        },
        notify_metrics.clone(),
    );
    let routes = Arc::new(ArcSwap::default());
    let targets = FolderTargets::new(
        Arc::new(TargetIndex::default()),
        !arguments.no_cross_namespace_refs,
    );
    let gateway = Arc::new(Gateway::new(
        gateway_settings(arguments),
        Arc::clone(&routes),
        Ports {
            verify: Arc::clone(loader.sandbox()),
            targets: Arc::new(targets.clone()),
            notify: Arc::new(notifier.clone()),
        },
        Arc::new(readiness),
        metrics.clone(),
    ));
    let mut registry = Registry::default();
    metrics.register(&mut registry);
    loader.sandbox().metrics().register(&mut registry);
    notify_metrics.register(&mut registry);

    // Before the first request is taken: it would meet no path and be told 404.
    let page = plugins::Page::default();
    let bundled = Plugins::bundled(&loader, &arguments.plugins).await?;
    let (catalogs, watching) = plugins::follow(bundled, loader, &arguments.plugins, &page)?;
    let manifests = Folder::new(&arguments.manifests)
        .watch()
        .with_context(|| format!("watching {}", arguments.manifests.display()))?;
    let mut publisher = Publisher::new(manifests, catalogs, routes, targets, plugins_read);
    publisher.publish().await;
    receivers_read.open();
    let publishing = tokio::spawn(publisher.follow());

    let ended = bellpull_gateway::serve(listeners, gateway, Arc::new(registry), page, asked).await;
    let left = tokio::select! {
        left = notifier.drain(arguments.drain_timeout) => left,
        Ok(_) = cut.wait_for(|asked| *asked == Shutdown::Cut) => {
            notifier.drain(Duration::ZERO).await
        }
    };
    publishing.abort();
    watching.abort();
    tracing::info!(
        deliveries_cut = ended.cut,
        notifications_lost = left,
        "ended"
    );
    Ok(if ended.cut == 0 && left == 0 {
        Exit::Success
    } else {
        Exit::Failure
    })
}

/// Binds every port, or says which one cannot be and which flag chooses it.
fn bind(arguments: &ServeArgs) -> Result<Listeners> {
    let ServeArgs {
        receiver_addr,
        health_addr,
        metrics_addr,
        ..
    } = arguments;
    let listeners =
        Listeners::bind(*receiver_addr, *health_addr, *metrics_addr).map_err(|error| {
            let (address, flag) = (error.address, flag(error.role));
            let source = std::error::Error::source(&error)
                .and_then(|source| source.downcast_ref::<io::Error>());
            match source {
                Some(source) if source.kind() == io::ErrorKind::AddrInUse => anyhow!(
                    "{address} is in use: end what listens there, or choose another with {flag}"
                ),
                Some(source) => anyhow!("cannot listen on {address} ({flag}): {source}"),
                None => anyhow!("cannot listen on {address} ({flag})"),
            }
        })?;
    for role in [
        ListenerRole::Receiver,
        ListenerRole::Health,
        ListenerRole::Metrics,
    ] {
        tracing::info!(flag = flag(role), address = %listeners.address(role), "listening");
    }
    Ok(listeners)
}

fn flag(role: ListenerRole) -> &'static str {
    match role {
        ListenerRole::Receiver => "--receiver-addr",
        ListenerRole::Health => "--health-addr",
        ListenerRole::Metrics => "--metrics-addr",
    }
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
