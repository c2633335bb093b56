//! Wires the parts of a serving process together, serves deliveries, and drains.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bellpull_core::{Egress, Patch};
use bellpull_filter::CelFilters;
use bellpull_gateway::{Gateway, Listeners, Readiness, Shutdown};
use bellpull_notify::Notifier;
use bellpull_records::RecordedPatch;
use bellpull_telemetry::{ObservedPatch, Telemetry};
use prometheus_client::registry::Registry;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::admin::{self, ServingProcess};
use super::control::ControlSide;
use super::crate_settings::{gateway_settings, notify_settings};
use super::last_authentication::LastAuthenticationStore;
use super::platform::{Platform, PlatformParts, ServingHost};
use super::plugin_page::InventoryPage;
use super::publish_watchdog::PublishWatchdog;
use super::records::{self, Records};
use super::tls::Tls;
use super::{listeners, signals, telemetry, traces};
use crate::egress::LazyEgress;
use crate::exit::Exit;
use crate::logs::LevelHandle;
use crate::providers::{Loader, Plugins};
use crate::settings::ServeArgs;

/// The parts that are the same on a directory and on a cluster.
pub(super) struct Server {
    shutdown: watch::Receiver<Shutdown>,
    listeners: Listeners,
    tls: Tls,
    loader: Arc<Loader>,
    egress: Arc<LazyEgress>,
    bundled: Plugins,
    records: Records,
}

/// The probes and the metrics, while parts are still added to them.
pub(super) struct Instruments {
    pub(super) readiness: Readiness,
    pub(super) registry: Registry,
    /// The level of the log.
    pub(super) level: LevelHandle,
}

/// The metrics of each part, registered.
struct ServerMetrics {
    gateway: bellpull_gateway::GatewayMetrics,
    notify: bellpull_notify::NotifyMetrics,
    watchdog: PublishWatchdog,
    page: InventoryPage,
    telemetry: Telemetry,
}

impl Server {
    /// Binds every port and loads the bundled components. Returns `None` if a signal ended the process
    /// meanwhile.
    pub(super) async fn new(arguments: &ServeArgs) -> Result<Option<Self>> {
        let egress = Arc::new(LazyEgress::new(&arguments.egress)?);
        let tls = Tls::load(arguments)?;
        let records = Records::open(arguments)?;
        let (sender, shutdown) = watch::channel(Shutdown::No);
        signals::watch(sender)?;
        let mut listeners = listeners::bind(arguments)?;
        if let Some(server) = tls.server() {
            listeners = listeners.with_tls(server);
        }
        let for_loader: Arc<dyn Egress> = Arc::clone(&egress) as _;
        let loader = Loader::with_egress(&arguments.verify, &arguments.cache, for_loader)?;
        let loader = Arc::new(loader);
        let mut ended = shutdown.clone();
        let bundled = tokio::select! {
            bundled = Plugins::bundled(&loader, &arguments.plugins) => bundled?,
            Ok(_) = ended.wait_for(|asked| *asked != Shutdown::No) => return Ok(None),
        };
        Ok(Some(Self {
            shutdown,
            listeners,
            tls,
            loader,
            egress,
            bundled,
            records,
        }))
    }

    /// Serves until a signal ends it, then drains.
    pub(super) async fn serve<P: Platform>(
        self,
        arguments: &ServeArgs,
        platform: PlatformParts<P>,
        store: LastAuthenticationStore,
        mut instruments: Instruments,
    ) -> Result<Exit> {
        let metrics = self.register_metrics(arguments, &mut instruments.registry)?;
        let filters = CelFilters::default();
        let records = self.records.store;
        let patch = ObservedPatch::new(platform.patch, metrics.telemetry.clone());
        let patch = RecordedPatch::new(patch, records.clone());
        let settings = notify_settings(arguments, platform.attempt);
        let notifier = Notifier::new(patch, settings, metrics.notify);
        let host = Arc::new(ServingHost::<P> {
            sandbox: Arc::clone(self.loader.sandbox()),
            filters: filters.clone(),
            targets: platform.targets,
            notifier: notifier.clone(),
        });
        let control = ControlSide {
            loader: self.loader,
            bundled: self.bundled,
            egress: self.egress,
            filters,
            source: platform.source,
            platform_plugins: platform.plugins,
            store,
            watchdog: metrics.watchdog,
            page: metrics.page.clone(),
            receivers: metrics.telemetry.receivers.clone(),
        };
        // Before the first request is taken: it would meet no path and get 404.
        let (published, control) = control.start(arguments, &mut instruments.readiness)?;
        let certificates = self.tls.begin(&mut instruments.readiness);
        let admin = records.clone().map(|records| {
            let (page, level) = (metrics.page, instruments.level);
            let process = ServingProcess::new(page, level, platform.leader, platform.access);
            admin::routes(arguments, process, records, &host, &published)
        });
        let gateway = Gateway::new(
            gateway_settings(arguments),
            published.routes,
            host,
            Arc::new(instruments.readiness),
            metrics.gateway,
        )
        .with_records(records.clone())
        .with_telemetry(metrics.telemetry.clone());
        tokio::spawn(end_postponement(notifier.clone(), self.shutdown.clone()));
        let ended = bellpull_gateway::serve(
            self.listeners,
            Arc::new(gateway),
            Arc::new(instruments.registry),
            admin,
            self.shutdown.clone(),
        )
        .await;
        let left = drain(&notifier, arguments.drain_timeout, self.shutdown).await;
        records::close(records).await;
        control.abort();
        certificates.iter().for_each(JoinHandle::abort);
        traces::end(metrics.telemetry).await;
        Ok(exit(ended.cut, left))
    }

    fn register_metrics(
        &self,
        arguments: &ServeArgs,
        registry: &mut Registry,
    ) -> Result<ServerMetrics> {
        let metrics = ServerMetrics {
            gateway: bellpull_gateway::GatewayMetrics::default(),
            notify: bellpull_notify::NotifyMetrics::default(),
            watchdog: PublishWatchdog::default(),
            page: InventoryPage::default(),
            telemetry: telemetry::telemetry(arguments, registry)?,
        };
        metrics.gateway.register(registry);
        self.loader.sandbox().metrics().register(registry);
        self.egress.metrics().register(registry);
        metrics.notify.register(registry);
        self.records.metrics.register(registry);
        metrics.watchdog.register(registry);
        metrics.page.register(registry);
        self.tls.register_metrics(registry);
        Ok(metrics)
    }
}

/// Logs what is lost at the end.
fn exit(deliveries_cut: usize, notifications_lost: usize) -> Exit {
    tracing::info!(deliveries_cut, notifications_lost, "ended");
    match (deliveries_cut, notifications_lost) {
        (0, 0) => Exit::Success,
        _ => Exit::Failure,
    }
}

/// Notifies what waits for a least interval as soon as a drain begins, so that the drain delay is
/// enough for it.
async fn end_postponement<P: Patch>(
    notifier: Notifier<P>,
    mut shutdown: watch::Receiver<Shutdown>,
) {
    // An error says that the sender is dropped, which asks for a drain too.
    drop(shutdown.wait_for(|asked| *asked >= Shutdown::Drain).await);
    notifier.stop_postponing();
}

/// Finishes pending notifications until the timeout, or until a second signal. Returns how many are
/// lost.
async fn drain<P: Patch>(
    notifier: &Notifier<P>,
    timeout: Duration,
    mut shutdown: watch::Receiver<Shutdown>,
) -> usize {
    tokio::select! {
        lost = notifier.drain(timeout) => lost,
        Ok(_) = shutdown.wait_for(|asked| *asked == Shutdown::Cut) => {
            notifier.drain(Duration::ZERO).await
        }
    }
}
