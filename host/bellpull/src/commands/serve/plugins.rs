use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use arc_swap::ArcSwap;
use bellpull_core::text;
use bellpull_folder::{ListedDirectory, Listing};
use bellpull_gateway::PluginPage;
use bellpull_sandbox::Catalog;
use futures_util::future::select_all;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::providers::{EXTENSION, Inventory, Kept, Loader, Plugins};
use crate::settings::{CacheArgs, PluginArgs};

/// Components of which the metrics tell; how many there are a directory decides.
const MAX_SERIES: usize = 256;
/// Of a label, bytes: a component chooses its version.
const MAX_LABEL: usize = 256;

/// Who serves what at one time.
#[derive(Clone)]
pub(super) struct Published {
    pub(super) catalog: Catalog,
    /// Whether every file that was there at the start has been looked at.
    pub(super) complete: bool,
}

/// Follows the plugin directories: each file that appears, changes or goes makes a new catalog. The
/// first is that of the bundled components, so that a plugin which takes its time holds up nobody
/// but its own Receivers.
pub(super) fn follow(
    plugins: Plugins,
    loader: Arc<Loader>,
    arguments: &PluginArgs,
    cache: &CacheArgs,
    inventory: &Page,
) -> Result<(watch::Receiver<Published>, JoinHandle<()>)> {
    let kept = Kept::writing(cache, &arguments.plugins);
    let plugins = plugins.keeping(kept);
    let directories = arguments
        .plugins
        .iter()
        .map(watched)
        .collect::<Result<Vec<_>>>()?;
    let (publish, catalogs) = watch::channel(Published {
        catalog: plugins.catalog(&loader),
        complete: directories.is_empty(),
    });
    inventory.0.store(Arc::new(plugins.inventory()));
    let follower = Follower {
        inventory: Arc::clone(&inventory.0),
        plugins,
        loader,
        arguments: arguments.clone(),
        directories,
        publish,
        looked_at_all: false,
    };
    Ok((catalogs, tokio::spawn(follower.run())))
}

fn watched(dir: &PathBuf) -> Result<watch::Receiver<Arc<Listing>>> {
    ListedDirectory::new(dir, EXTENSION)
        .watch()
        .with_context(|| format!("watching --plugins {}", dir.display()))
}

/// What the health port says of plugins.
#[derive(Clone, Default)]
pub(super) struct Page(Arc<ArcSwap<Inventory>>);

impl Page {
    /// Adds a metric of each component.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(self.clone()));
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

/// What there is at the time of the scrape: a version that is gone leaves no series behind.
impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut info = encoder.encode_descriptor(
            "bellpull_plugin_info",
            "Components by version and state",
            None,
            MetricType::Gauge,
        )?;
        for state in self.0.load().components().take(MAX_SERIES) {
            let label = |text: &str| text::printable(text, MAX_LABEL);
            let labels = [
                ("source", label(&state.source)),
                ("providers", label(&state.providers.join(","))),
                (
                    "version",
                    label(state.version.as_deref().unwrap_or_default()),
                ),
                ("state", state.state),
            ];
            info.encode_family(&labels)?.encode_gauge(&1_i64)?;
        }
        Ok(())
    }
}

impl PluginPage for Page {
    fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.0.load().states())
    }
}

struct Follower {
    plugins: Plugins,
    loader: Arc<Loader>,
    arguments: PluginArgs,
    directories: Vec<watch::Receiver<Arc<Listing>>>,
    publish: watch::Sender<Published>,
    looked_at_all: bool,
    inventory: Arc<ArcSwap<Inventory>>,
}

impl Follower {
    async fn run(mut self) {
        self.update().await;
        self.looked_at_all = true;
        self.publish();
        while self.changed().await {
            self.update().await;
        }
    }

    /// Waits until a directory changes; false when none is watched.
    async fn changed(&mut self) -> bool {
        if self.directories.is_empty() {
            return false;
        }
        let changes = self
            .directories
            .iter_mut()
            .map(|directory| Box::pin(directory.changed()));
        select_all(changes).await.0.is_ok()
    }

    /// Looks at what is new. One file at a time: while the next one compiles, this one serves.
    async fn update(&mut self) {
        let listings: Vec<Arc<Listing>> = self
            .directories
            .iter_mut()
            .map(|directory| Arc::clone(&directory.borrow_and_update()))
            .collect();
        for error in listings.iter().flat_map(|listing| &listing.errors) {
            tracing::error!(%error, "plugins");
        }
        if self.plugins.forget(&listings) {
            self.publish();
        }
        let (arguments, loader) = (&self.arguments, &self.loader);
        if self.plugins.recall(&listings, arguments, loader).await {
            self.publish();
        }
        for change in self.plugins.changed(&listings) {
            if self.plugins.look(change, &self.loader).await {
                self.publish();
            }
            self.inventory.store(Arc::new(self.plugins.inventory()));
        }
        if self.plugins.settle() {
            self.publish();
        }
        self.inventory.store(Arc::new(self.plugins.inventory()));
    }

    fn publish(&self) {
        self.publish.send_replace(Published {
            catalog: self.plugins.catalog(&self.loader),
            complete: self.looked_at_all,
        });
        self.inventory.store(Arc::new(self.plugins.inventory()));
    }
}
