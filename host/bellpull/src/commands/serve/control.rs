//! The control side of a serving process: plugins and objects are followed, planned and published.

use std::sync::Arc;

use anyhow::Result;
use arc_swap::ArcSwap;
use bellpull_filter::CelFilters;
use bellpull_gateway::Readiness;
use bellpull_telemetry::ReceiverMetrics;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::absent_providers::AbsentProviders;
use super::last_authentication::LastAuthenticationStore;
use super::object_source::ObjectSource;
use super::plan_questions::PlanQuestions;
use super::platform::PlatformPlugins;
use super::plugin_follower::{self, FollowedPlugins};
use super::plugin_page::InventoryPage;
use super::publish_watchdog::PublishWatchdog;
use super::publisher::{PublishedReceivers, Publisher, PublisherParts};
use crate::declared::{ArtefactFetcher, ArtefactStore, KeeperParts, OperatorPolicy, PluginKeeper};
use crate::egress::LazyEgress;
use crate::plan_types::{SandboxPlanner, SandboxRoutes};
use crate::providers::{Loader, Plugins};
use crate::settings::{AbsentPlugins, ServeArgs};

pub(super) struct ControlSide<S> {
    pub(super) loader: Arc<Loader>,
    pub(super) bundled: Plugins,
    pub(super) egress: Arc<LazyEgress>,
    pub(super) filters: CelFilters,
    pub(super) source: S,
    pub(super) platform_plugins: PlatformPlugins,
    pub(super) store: LastAuthenticationStore,
    pub(super) watchdog: PublishWatchdog,
    pub(super) page: InventoryPage,
    /// `None`: Receivers have no metrics of their own.
    pub(super) receivers: Option<ReceiverMetrics>,
}

/// What is published from now on.
pub(super) struct Published {
    pub(super) routes: Arc<ArcSwap<SandboxRoutes>>,
    pub(super) receivers: PublishedReceivers,
}

/// Tasks that are aborted at the end of the process.
pub(super) struct ControlTasks([JoinHandle<()>; 5]);

impl ControlTasks {
    pub(super) fn abort(self) {
        for task in self.0 {
            task.abort();
        }
    }
}

impl<S: ObjectSource> ControlSide<S> {
    /// Publishes the first routes, and starts the tasks that keep them up to date.
    pub(super) fn start(
        self,
        arguments: &ServeArgs,
        readiness: &mut Readiness,
    ) -> Result<(Published, ControlTasks)> {
        let plugins_read = readiness.latch("plugins");
        let fails = arguments.absent_plugins == AbsentPlugins::Fail;
        let absent = AbsentProviders::new(readiness.concern("absent plugins", fails));
        let routes = Arc::new(ArcSwap::default());
        let receivers = PublishedReceivers::default();
        let published = watch::Sender::new(());
        let keeping = Keeping {
            arguments,
            loader: &self.loader,
            routes: &routes,
            published: &published,
        };
        let (keeper, followed) = keeping.keeper(self.platform_plugins)?;
        let (catalogs, plugin_follower) =
            plugin_follower::follow(self.bundled, self.loader, arguments, &self.page, followed)?;
        let planner = SandboxPlanner::new()
            .allow_weak_carrier(arguments.allow_weak_carrier)
            .require_long_credentials(arguments.require_long_credentials)
            .verifies_clients(arguments.tls.tls_client_ca.is_some())
            .remembering(self.store.read());
        let (last_authentications, store_writer) = self.store.write_in_background();
        let mut publisher = Publisher::new(PublisherParts {
            source: self.source,
            catalogs,
            routes: Arc::clone(&routes),
            published,
            receivers: Arc::clone(&receivers),
            plugins_read,
            absent,
            planner,
            questions: PlanQuestions::new(Arc::new(self.filters)),
            egress: self.egress,
            watchdog: self.watchdog.clone(),
            metrics: self.receivers,
            last_authentications,
        });
        publisher.begin();
        let tasks = ControlTasks([
            tokio::spawn(publisher.follow()),
            plugin_follower,
            tokio::spawn(keeper.run()),
            self.watchdog.watch(),
            store_writer,
        ]);
        Ok((Published { routes, receivers }, tasks))
    }
}

/// What ReceiverPlugins are kept with, of the rest of the process.
struct Keeping<'a> {
    arguments: &'a ServeArgs,
    loader: &'a Arc<Loader>,
    routes: &'a Arc<ArcSwap<SandboxRoutes>>,
    published: &'a watch::Sender<()>,
}

impl Keeping<'_> {
    /// The keeper of ReceiverPlugins, and what the follower of plugins takes from it.
    fn keeper(self, plugins: PlatformPlugins) -> Result<(PluginKeeper, FollowedPlugins)> {
        let arguments = self.arguments;
        let store = Arc::new(ArtefactStore::open(&arguments.cache, &plugins.place));
        let parts = KeeperParts {
            own: plugins.own,
            policy: OperatorPolicy::read(&arguments.plugins)?,
            fetcher: ArtefactFetcher::new(
                &arguments.egress.network,
                &arguments.registry,
                arguments.max_plugin_size,
            )?,
            store: Arc::clone(&store),
            loader: Arc::clone(self.loader),
            cache: arguments.cache.clone(),
            routes: Arc::clone(self.routes),
        };
        let (keeper, news) = PluginKeeper::new(parts, plugins.declared.clone());
        let followed = FollowedPlugins {
            news,
            declared: plugins.declared,
            states: plugins.states,
            artefacts: store,
            routes: Arc::clone(self.routes),
            published: self.published.subscribe(),
        };
        Ok((keeper, followed))
    }
}
