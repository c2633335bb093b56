//! Follows the plugin directories and publishes a catalog after each change.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bellpull_folder::{ListedDirectory, Listing};
use bellpull_sandbox::Catalog;
use futures_util::future::select_all;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::plugin_page::InventoryPage;
use crate::providers::{EXTENSION, LastGoodPlugins, Loader, Plugins};
use crate::settings::{CacheArgs, PluginArgs};

/// The components that serve at one time.
#[derive(Clone)]
pub(super) struct PublishedCatalog {
    pub(super) catalog: Catalog,
    /// Whether every file that was there at the start has been read.
    pub(super) complete: bool,
}

/// Publishes a catalog whenever a file appears, changes or goes. The first catalog holds the bundled
/// components alone, so that a plugin which loads slowly delays only its own Receivers.
pub(super) fn follow(
    plugins: Plugins,
    loader: Arc<Loader>,
    arguments: &PluginArgs,
    cache: &CacheArgs,
    page: &InventoryPage,
) -> Result<(watch::Receiver<PublishedCatalog>, JoinHandle<()>)> {
    let plugins = plugins.with_last_good(LastGoodPlugins::writing(cache, &arguments.plugins));
    let directories = arguments
        .plugins
        .iter()
        .map(watched)
        .collect::<Result<Vec<_>>>()?;
    let (catalogs, published) = watch::channel(PublishedCatalog {
        catalog: plugins.catalog(&loader),
        complete: directories.is_empty(),
    });
    page.update(plugins.inventory());
    let follower = PluginFollower {
        plugins,
        loader,
        arguments: arguments.clone(),
        directories,
        catalogs,
        complete: false,
        page: page.clone(),
    };
    Ok((published, tokio::spawn(follower.run())))
}

fn watched(dir: &PathBuf) -> Result<watch::Receiver<Arc<Listing>>> {
    ListedDirectory::new(dir, EXTENSION)
        .watch()
        .with_context(|| format!("watching --plugins {}", dir.display()))
}

struct PluginFollower {
    plugins: Plugins,
    loader: Arc<Loader>,
    arguments: PluginArgs,
    directories: Vec<watch::Receiver<Arc<Listing>>>,
    catalogs: watch::Sender<PublishedCatalog>,
    complete: bool,
    page: InventoryPage,
}

impl PluginFollower {
    async fn run(mut self) {
        self.update().await;
        self.complete = true;
        self.publish();
        while self.changed().await {
            self.update().await;
        }
    }

    /// Waits until a directory changes. Returns false if none is watched.
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

    /// Reads the files that have changed, one at a time: each serves while the next one compiles.
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
            if self.plugins.read_file(change, &self.loader).await {
                self.publish();
            }
            self.page.update(self.plugins.inventory());
        }
        if self.plugins.finish_round() {
            self.publish();
        }
        self.page.update(self.plugins.inventory());
    }

    fn publish(&self) {
        self.catalogs.send_replace(PublishedCatalog {
            catalog: self.plugins.catalog(&self.loader),
            complete: self.complete,
        });
        self.page.update(self.plugins.inventory());
    }
}
