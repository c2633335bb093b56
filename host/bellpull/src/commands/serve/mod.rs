//! The wiring: settings → ports bound → providers loaded → objects watched → served → drained.

mod absent;
mod asking;
mod backend;
mod cluster;
mod folder;
mod keeper;
mod on_notify;
mod plugins;
mod process;
mod publish;
mod signals;
mod watchdog;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use arc_swap::ArcSwap;
use bellpull_core::{Egress, limits};
use bellpull_filter::CelFilters;
use bellpull_gateway::{Gateway, ListenerRole, Listeners, Readiness, Shutdown};
use bellpull_notify::Notifier;
use prometheus_client::registry::Registry;
use tokio::sync::watch;

use crate::budget::{Budget, Limit};
use crate::egress::Outside;
use crate::exit::Exit;
use crate::host::Planner;
use crate::logs;
use crate::providers::{Loader, Plugins, Strengths};
use crate::settings::{AbsentPlugins, ServeArgs};
use absent::Absent;
use asking::Asking;
use backend::{Backend, Place, Serving};
use publish::{Parts, Publisher};
use watchdog::Watchdog;

/// How long the end waits for threads: they may be writing a file.
const LINGER: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &ServeArgs) -> Result<Exit> {
    logs::start(arguments.log_format, arguments.log_level);
    process::prepare();
    let on_directory = arguments.manifests.is_some();
    let of_cluster = arguments.cluster.warnings(on_directory);
    for warning in arguments.flux.warnings().iter().chain(&of_cluster) {
        tracing::warn!("{warning}");
    }
    if let Some(manifests) = &arguments.manifests {
        super::check_folder(manifests)?;
    }
    super::check_plugins(&arguments.plugins)?;
    let budget = Budget::new(arguments, Limit::now())?;
    budget.say();
    let arguments = &budget.applied(arguments.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(serve(arguments));
    // What still computes on a thread of its own is not waited for.
    runtime.shutdown_timeout(LINGER);
    exit
}

async fn serve(arguments: &ServeArgs) -> Result<Exit> {
    let cluster_metrics = bellpull_cluster::ClusterMetrics::default();
    let mut readiness = Readiness::new();
    let mut registry = Registry::default();
    if let Some(manifests) = &arguments.manifests {
        let command = on_notify::command(arguments)?;
        let Some(site) = Site::new(arguments).await? else {
            return Ok(Exit::Success);
        };
        let backend = folder::backend(arguments, manifests, command, &mut readiness)?;
        let place = std::fs::canonicalize(manifests).unwrap_or_else(|_| manifests.clone());
        let strengths = Strengths::new(&arguments.cache, &place.to_string_lossy());
        let served = site.serve(arguments, backend, strengths, readiness, registry);
        return served.await;
    }
    let (clients, settings) = cluster::connect(arguments).await?;
    let Some(site) = Site::new(arguments).await? else {
        return Ok(Exit::Success);
    };
    cluster_metrics.register(&mut registry);
    let (backend, tasks) = cluster::backend(&clients, settings, &cluster_metrics, &mut readiness);
    let strengths = Strengths::new(&arguments.cache, clients.server());
    let served = site.serve(arguments, backend, strengths, readiness, registry);
    let exit = served.await;
    tasks.end().await;
    exit
}

/// What does not depend on where objects are.
struct Site {
    asked: watch::Receiver<Shutdown>,
    listeners: Listeners,
    loader: Arc<Loader>,
    outside: Arc<Outside>,
    bundled: Plugins,
}

impl Site {
    /// Every port bound, and the bundled components loaded; `None` when the end was asked for
    /// meanwhile.
    async fn new(arguments: &ServeArgs) -> Result<Option<Self>> {
        let outside = Arc::new(Outside::new(&arguments.egress)?);
        let (shutdown, asked) = watch::channel(Shutdown::No);
        signals::watch(shutdown)?;
        let listeners = bind(arguments)?;
        let egress: Arc<dyn Egress> = Arc::clone(&outside) as _;
        let loader = Loader::with_egress(&arguments.verify, &arguments.cache, egress)?;
        let loader = Arc::new(loader);
        let mut ended = asked.clone();
        let bundled = tokio::select! {
            bundled = Plugins::bundled(&loader, &arguments.plugins) => bundled?,
            Ok(_) = ended.wait_for(|asked| *asked != Shutdown::No) => return Ok(None),
        };
        Ok(Some(Self {
            asked,
            listeners,
            loader,
            outside,
            bundled,
        }))
    }

    async fn serve<P: Place>(
        self,
        arguments: &ServeArgs,
        backend: Backend<P>,
        strengths: Strengths,
        mut readiness: Readiness,
        mut registry: Registry,
    ) -> Result<Exit> {
        let plugins_read = readiness.latch("plugins");
        let fails = arguments.absent_plugins == AbsentPlugins::Fail;
        let absent = Absent::new(readiness.concern("absent plugins", fails));
        let notify_metrics = bellpull_notify::NotifyMetrics::default();
        let notifier = Notifier::new(
            backend.patch,
            notify_settings(arguments, backend.attempt),
            notify_metrics.clone(),
        );
        let metrics = bellpull_gateway::GatewayMetrics::default();
        metrics.register(&mut registry);
        self.loader.sandbox().metrics().register(&mut registry);
        self.outside.metrics().register(&mut registry);
        notify_metrics.register(&mut registry);
        let filters = CelFilters::default();
        let watchdog = Watchdog::default();
        watchdog.register(&mut registry);
        let page = plugins::Page::default();
        page.register(&mut registry);
        let host = Serving::<P> {
            sandbox: Arc::clone(self.loader.sandbox()),
            filters: filters.clone(),
            targets: backend.targets,
            notifier: notifier.clone(),
        };
        let routes = Arc::new(ArcSwap::default());
        let settings = gateway_settings(arguments);
        let gateway = Arc::new(Gateway::new(
            bellpull_gateway::GatewaySettings {
                max_connections: process::connections(settings.max_connections),
                ..settings
            },
            Arc::clone(&routes),
            Arc::new(host),
            Arc::new(readiness),
            metrics,
        ));
        // Before the first request is taken: it would meet no path and be told 404.
        let (catalogs, watching) = plugins::follow(
            self.bundled,
            self.loader,
            &arguments.plugins,
            &arguments.cache,
            &page,
        )?;
        let planner = Planner::new()
            .allow_weak_carrier(arguments.allow_weak_carrier)
            .require_long_credentials(arguments.require_long_credentials)
            .remembering(strengths.read());
        let (remembered, keeping) = keeper::keep(strengths);
        let mut publisher = Publisher::new(Parts {
            source: backend.source,
            catalogs,
            routes,
            plugins_read,
            absent,
            planner,
            asking: Asking::new(Arc::new(filters)),
            egress: self.outside,
            watchdog: watchdog.clone(),
            remembered,
        });
        publisher.begin();
        let publishing = tokio::spawn(publisher.follow());
        let watchdog = watchdog.watch();

        let mut cut = self.asked.clone();
        let registry = Arc::new(registry);
        let ended =
            bellpull_gateway::serve(self.listeners, gateway, registry, page, self.asked).await;
        let left = tokio::select! {
            left = notifier.drain(arguments.drain_timeout) => left,
            Ok(_) = cut.wait_for(|asked| *asked == Shutdown::Cut) => {
                notifier.drain(Duration::ZERO).await
            }
        };
        publishing.abort();
        watching.abort();
        watchdog.abort();
        keeping.abort();
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

fn notify_settings(arguments: &ServeArgs, attempt: Duration) -> bellpull_notify::NotifySettings {
    bellpull_notify::NotifySettings {
        slots: arguments.max_notifications,
        max_pending: limits::MAX_PENDING_TARGETS,
        attempt,
        retry: arguments.notify_retry,
    }
}

fn gateway_settings(arguments: &ServeArgs) -> bellpull_gateway::GatewaySettings {
    bellpull_gateway::GatewaySettings {
        max_body: arguments.max_body,
        max_bodies_in_flight: arguments
            .max_bodies_in_flight
            .unwrap_or(limits::MAX_BODIES_IN_FLIGHT),
        max_connections: arguments.max_connections.unwrap_or(limits::MAX_CONNECTIONS),
        header_timeout: arguments.header_timeout,
        read_timeout: arguments.read_timeout,
        answer_deadline: arguments.answer_deadline,
        drain_delay: arguments.drain_delay,
        drain_timeout: arguments.drain_timeout,
        flux_status_codes: arguments.flux_status_codes,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::{CacheArgs, Cli, Command, VerifyArgs};

    #[test]
    fn what_is_not_said_is_what_each_part_has_by_itself() {
        let parsed = Cli::try_parse_from(["bellpull", "serve"]).unwrap();
        let Command::Serve(arguments) = parsed.command else {
            panic!("parsed {parsed:?}");
        };
        assert_eq!(
            gateway_settings(&arguments),
            bellpull_gateway::GatewaySettings::default()
        );
        assert_eq!(
            notify_settings(&arguments, limits::NOTIFY_ATTEMPT),
            bellpull_notify::NotifySettings::default()
        );
        assert_eq!(
            arguments.verify.settings(),
            bellpull_sandbox::SandboxSettings::default()
        );
        assert_eq!(
            VerifyArgs::default().settings(),
            bellpull_sandbox::SandboxSettings::default()
        );
        let cache = CacheArgs::default();
        assert_eq!(arguments.cache.compile_timeout, cache.compile_timeout);
        assert_eq!(arguments.cache.cache_dir, cache.cache_dir);
    }
}
