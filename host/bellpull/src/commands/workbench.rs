use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use bellpull_core::Egress;
use bellpull_filter::CelFilters;
use bellpull_folder::{Folder, LoadedFolder};
use bellpull_sandbox::Catalog;

use crate::egress::Replayed;
use crate::host::{Plan, Planner};
use crate::providers::{Loader, Plugins};
use crate::settings::{CacheArgs, LogFormat, LogLevel, PluginArgs, VerifyArgs};
use crate::{logs, output};

/// What the commands work with that serve nothing. Each takes what it needs of it.
pub(super) struct Workbench {
    loader: Loader,
    network: Arc<Replayed>,
}

impl Workbench {
    /// Does a command's work to its end, with the log on stderr.
    pub(super) fn run<T>(level: LogLevel, work: impl Future<Output = Result<T>>) -> Result<T> {
        logs::start(LogFormat::Text, level);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(work)
    }

    /// The manifests of a directory. What is wrong with a file is said, and the others are taken.
    pub(super) fn folder(folder: &Path) -> Result<LoadedFolder> {
        super::check_folder(folder)?;
        Ok(load(folder))
    }

    /// A sandbox on a network in which nothing answers before a recording is replayed.
    pub(super) fn new(cache: &CacheArgs) -> Result<Self> {
        Self::limited(&VerifyArgs::default(), cache)
    }

    /// The same within limits of one's own.
    pub(super) fn limited(verify: &VerifyArgs, cache: &CacheArgs) -> Result<Self> {
        let network = Arc::new(Replayed::new());
        let egress: Arc<dyn Egress> = Arc::clone(&network) as _;
        let loader = Loader::with_egress(verify, cache, egress)?;
        Ok(Self { loader, network })
    }

    pub(super) fn loader(&self) -> &Loader {
        &self.loader
    }

    pub(super) fn network(&self) -> &Replayed {
        &self.network
    }

    /// The bundled components and those of the plugin directories.
    pub(super) async fn plugins(&self, arguments: &PluginArgs) -> Result<Plugins> {
        super::check_plugins(arguments)?;
        Plugins::read(&self.loader, arguments).await
    }

    /// Who serves what among them.
    pub(super) async fn catalog(&self, arguments: &PluginArgs) -> Result<Catalog> {
        Ok(self.plugins(arguments).await?.catalog(&self.loader))
    }

    /// What the Receivers of a directory come to.
    pub(super) async fn plan(&self, folder: &Path, plugins: &PluginArgs) -> Result<Planned> {
        super::check_folder(folder)?;
        let catalog = self.catalog(plugins).await?;
        let loaded = load(folder);
        let plan = Planner::new()
            .plan(&loaded.objects, &catalog, &CelFilters::default())
            .await;
        Ok(Planned {
            loaded,
            catalog,
            plan,
        })
    }
}

fn load(folder: &Path) -> LoadedFolder {
    let loaded = Folder::new(folder).load();
    for error in &loaded.errors {
        output::note(&format!("error: {error}"));
    }
    loaded
}

/// A directory of manifests, and what its Receivers come to with the components that there are.
pub(super) struct Planned {
    pub(super) loaded: LoadedFolder,
    pub(super) catalog: Catalog,
    pub(super) plan: Plan,
}
