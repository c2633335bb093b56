//! The set-up of the commands that serve nothing: a log, a runtime, a sandbox and a plan.

use std::future::Future;
use std::sync::Arc;

use anyhow::Result;
use bellpull_core::Egress;
use bellpull_engine::{Artefact, Class};
use bellpull_filter::CelFilters;
use bellpull_registry::Registry;
use bellpull_sandbox::{Catalog, Grants, LoadError, LoadedComponent, Shape};

use super::absent_plugins;
use super::loaded_objects::{LoadedObjects, ObjectPlace};
use crate::declared::restored;
use crate::egress::{RecordedEgress, registry};
use crate::plan_types::{SandboxPlan, SandboxPlanner};
use crate::progress::ShownTransfers;
use crate::providers::{CompiledComponent, Loader, Placement, Plugins};
use crate::settings::{
    CacheArgs, LogFormat, LogLevel, NetworkArgs, PluginArgs, RegistryArgs, VerifyArgs,
};
use crate::{logs, output};

pub(super) struct OfflineSetup {
    loader: Arc<Loader>,
    egress: Arc<RecordedEgress>,
}

impl OfflineSetup {
    /// Starts the log and a runtime, and runs a command's work to its end.
    pub(super) fn run<T>(level: LogLevel, work: impl Future<Output = Result<T>>) -> Result<T> {
        logs::start(LogFormat::Text, level);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(work)
    }

    /// A sandbox whose network answers nothing until a recording is replayed.
    pub(super) fn new(cache: &CacheArgs) -> Result<Self> {
        Self::with_limits(&VerifyArgs::default(), cache)
    }

    /// The same with these limits.
    pub(super) fn with_limits(verify: &VerifyArgs, cache: &CacheArgs) -> Result<Self> {
        let egress = Arc::new(RecordedEgress::new());
        let for_loader: Arc<dyn Egress> = Arc::clone(&egress) as _;
        let loader = Loader::with_egress(verify, cache, for_loader)?.showing_progress();
        let loader = Arc::new(loader);
        Ok(Self { loader, egress })
    }

    /// Takes artefacts of registries where a command line names a component.
    pub(super) fn pulling_with(
        self,
        arguments: &RegistryArgs,
        network: &NetworkArgs,
    ) -> Result<Self> {
        self.loader.pull_from(Self::registry(arguments, network)?);
        Ok(self)
    }

    /// A client of registries that shows its transfers.
    ///
    /// # Errors
    /// When the certificates or the proxy cannot be used.
    pub(super) fn registry(arguments: &RegistryArgs, network: &NetworkArgs) -> Result<Registry> {
        let registry = registry(arguments, network)?;
        Ok(registry.watched_by(Arc::new(ShownTransfers)))
    }

    pub(super) fn loader(&self) -> &Loader {
        &self.loader
    }

    pub(super) fn egress(&self) -> &RecordedEgress {
        &self.egress
    }

    /// Reads the bundled components and those of the plugin directories.
    pub(super) async fn plugins(&self, arguments: &PluginArgs) -> Result<Plugins> {
        super::check_plugins(arguments)?;
        Plugins::read(&self.loader, arguments).await
    }

    /// Loads a compiled component with every grant, whether it fits the contract or not.
    pub(super) async fn examine(&self, compiled: &CompiledComponent) -> Result<ExaminedComponent> {
        let sandbox = self.loader.sandbox();
        let artefact = Artefact::trusted(&compiled.artefact)?;
        Ok(ExaminedComponent {
            class: artefact.class(),
            shape: sandbox.shape(artefact)?,
            loaded: sandbox.load(artefact, compiled.digest, &Grants::All).await,
        })
    }

    /// What a server would make of a component and of the flags beside it.
    pub(super) async fn place(
        &self,
        arguments: &PluginArgs,
        named: (&str, &Arc<LoadedComponent>),
    ) -> Result<Placement> {
        super::check_plugins(arguments)?;
        Plugins::place(&self.loader, arguments, named).await
    }

    /// The components that would serve, by provider name.
    pub(super) async fn catalog(&self, arguments: &PluginArgs) -> Result<Catalog> {
        Ok(self.plugins(arguments).await?.catalog(&self.loader))
    }

    /// The same, with the ReceiverPlugins of a directory as they served last. Those of a cluster are only
    /// told of: their components are there.
    async fn catalog_with(
        &self,
        arguments: &PluginArgs,
        loaded: &LoadedObjects,
    ) -> Result<Catalog> {
        let mut plugins = self.plugins(arguments).await?;
        let ObjectPlace::Folder(folder) = &loaded.place else {
            let catalog = plugins.catalog(&self.loader);
            absent_plugins::tell(arguments, loaded, &catalog);
            return Ok(catalog);
        };
        let flags = (arguments, self.loader.cache_arguments());
        for news in restored(&self.loader, flags, folder, &loaded.plugins).await? {
            let kept = news.kept.as_ref();
            let serves = kept.is_some_and(|kept| kept.component.is_some());
            if !serves {
                let name = &news.name;
                let problem = kept.and_then(|kept| kept.problem.as_ref());
                let reason = problem.map_or("it has not served here yet", |one| &one.message);
                output::note(&format!("ReceiverPlugin {name}: {reason}"));
            }
            plugins.declare(news);
        }
        plugins.finish_round();
        Ok(plugins.catalog(&self.loader))
    }

    /// Plans the Receivers of a directory or of a cluster.
    pub(super) async fn plan(
        &self,
        loaded: LoadedObjects,
        plugins: &PluginArgs,
    ) -> Result<PlannedObjects> {
        let catalog = self.catalog_with(plugins, &loaded).await?;
        let plan = SandboxPlanner::new()
            .plan(&loaded.objects, &catalog, &CelFilters::default())
            .await;
        Ok(PlannedObjects {
            loaded,
            catalog,
            plan,
        })
    }
}

/// What a compiled component shows of itself.
pub(super) struct ExaminedComponent {
    pub(super) class: Class,
    pub(super) shape: Shape,
    pub(super) loaded: Result<Arc<LoadedComponent>, LoadError>,
}

pub(super) struct PlannedObjects {
    pub(super) loaded: LoadedObjects,
    pub(super) catalog: Catalog,
    pub(super) plan: SandboxPlan,
}
