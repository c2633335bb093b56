//! What has served before, for commands that serve nothing.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use arc_swap::ArcSwap;
use bellpull_trust::DeclaredPlugins;
use tokio::sync::watch;

use super::context::KeeperParts;
use super::fetch::ArtefactFetcher;
use super::keeper::PluginKeeper;
use super::news::PluginNews;
use super::policy::OperatorPolicy;
use super::store::ArtefactStore;
use crate::providers::Loader;
use crate::settings::{CacheArgs, ClusterArgs, NetworkArgs, PluginArgs, RegistryArgs};

/// The place of a directory in the cache.
pub(crate) fn place_of(manifests: &Path) -> String {
    let place = std::fs::canonicalize(manifests).unwrap_or_else(|_| manifests.to_owned());
    place.to_string_lossy().into_owned()
}

/// The ReceiverPlugins of a directory, each with the artefact that served it last if its rules trust that now.
/// No registry is asked.
///
/// # Errors
/// When the policy cannot be read.
pub(crate) async fn restored(
    loader: &Arc<Loader>,
    (plugins, cache): (&PluginArgs, &CacheArgs),
    manifests: &Path,
    declared: &Arc<DeclaredPlugins>,
) -> Result<Vec<PluginNews>> {
    let parts = KeeperParts {
        own: ClusterArgs::USUAL_NAMESPACE.to_owned(),
        policy: OperatorPolicy::read(plugins)?,
        fetcher: ArtefactFetcher::new(&NetworkArgs::default(), &RegistryArgs::default(), None)?,
        store: Arc::new(ArtefactStore::open(cache, &place_of(manifests))),
        loader: Arc::clone(loader),
        cache: cache.clone(),
        routes: Arc::new(ArcSwap::default()),
    };
    let (_tell, declared) = watch::channel(Arc::clone(declared));
    let (keeper, mut told) = PluginKeeper::new(parts, declared);
    keeper.restore().await;
    let mut news = Vec::new();
    while let Ok(one) = told.try_recv() {
        news.push(one);
    }
    Ok(news)
}
