//! Follows the plugin directories and ReceiverPlugins, and publishes a catalog after each change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use arc_swap::ArcSwap;
use bellpull_folder::{ListedDirectory, Listing};
use bellpull_sandbox::Catalog;
use bellpull_trust::DeclaredPlugins;
use bellpull_trust::status::DeclaredStates;
use futures_util::future::select_all;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::plugin_page::InventoryPage;
use crate::declared::{ArtefactStore, PluginNews};
use crate::plan_types::SandboxRoutes;
use crate::providers::{EXTENSION, LastGoodPlugins, Loader, Plugins};
use crate::settings::{PluginArgs, ServeArgs};

/// How long the start waits for the first attempts of ReceiverPlugins. A registry that is slow delays only
/// what it holds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The components that serve at one time.
#[derive(Clone)]
pub(super) struct PublishedCatalog {
    pub(super) catalog: Catalog,
    /// Whether everything that was there at the start has been read.
    pub(super) complete: bool,
}

/// What is told of ReceiverPlugins, and who is told what has become of them.
pub(super) struct FollowedPlugins {
    pub(super) news: mpsc::UnboundedReceiver<PluginNews>,
    pub(super) declared: watch::Receiver<Arc<DeclaredPlugins>>,
    pub(super) states: watch::Sender<Arc<DeclaredStates>>,
    pub(super) artefacts: Arc<ArtefactStore>,
    pub(super) routes: Arc<ArcSwap<SandboxRoutes>>,
    /// Wakes when other routes have been published.
    pub(super) published: watch::Receiver<()>,
}

/// Publishes a catalog whenever a component appears, changes or goes. The first catalog holds the bundled
/// components alone, so that a plugin which loads slowly delays only its own Receivers.
pub(super) fn follow(
    plugins: Plugins,
    loader: Arc<Loader>,
    arguments: &ServeArgs,
    page: &InventoryPage,
    followed: FollowedPlugins,
) -> Result<(watch::Receiver<PublishedCatalog>, JoinHandle<()>)> {
    let ServeArgs {
        plugins: flags,
        cache,
        ..
    } = arguments;
    let plugins = plugins.with_last_good(LastGoodPlugins::writing(cache, &flags.plugins));
    let directories = flags
        .plugins
        .iter()
        .map(watched)
        .collect::<Result<Vec<_>>>()?;
    let nothing_declared = {
        let declared = followed.declared.borrow();
        declared.synced && declared.plugins.is_empty()
    };
    let complete = directories.is_empty() && nothing_declared;
    let (catalogs, published) = watch::channel(PublishedCatalog {
        catalog: plugins.catalog(&loader),
        complete,
    });
    page.update(plugins.inventory());
    let follower = PluginFollower {
        plugins,
        loader,
        arguments: flags.clone(),
        directories,
        catalogs,
        complete,
        deadline: Instant::now() + PATIENCE,
        page: page.clone(),
        followed,
        kept_names: BTreeMap::new(),
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
    /// When the start waits for ReceiverPlugins no longer.
    deadline: Instant,
    page: InventoryPage,
    followed: FollowedPlugins,
    kept_names: BTreeMap<String, BTreeSet<String>>,
}

/// Why there is something to do.
enum PluginCause {
    Directories,
    News(Box<PluginNews>),
    Declared,
    Routes,
    Deadline,
}

impl PluginFollower {
    async fn run(mut self) {
        self.update().await;
        self.complete_if_read();
        loop {
            match self.next_cause().await {
                PluginCause::Directories => self.update().await,
                PluginCause::News(news) => self.take_all(*news),
                PluginCause::Declared | PluginCause::Deadline => {}
                PluginCause::Routes => self.tell_states(),
            }
            self.complete_if_read();
        }
    }

    async fn next_cause(&mut self) -> PluginCause {
        let directories = self.directories.iter_mut();
        let changes: Vec<_> = directories
            .map(|directory| Box::pin(directory.changed()))
            .collect();
        let directory = async {
            match changes.is_empty() {
                true => std::future::pending().await,
                false => select_all(changes).await.0.is_ok(),
            }
        };
        let followed = &mut self.followed;
        tokio::select! {
            true = directory => PluginCause::Directories,
            Some(news) = followed.news.recv() => PluginCause::News(Box::new(news)),
            Ok(()) = followed.declared.changed() => PluginCause::Declared,
            Ok(()) = followed.published.changed() => PluginCause::Routes,
            () = sleep_until(self.deadline), if !self.complete => PluginCause::Deadline,
            else => std::future::pending().await,
        }
    }

    /// Notes that everything that was there at the start has been read, once it has.
    fn complete_if_read(&mut self) {
        if self.complete {
            return;
        }
        let read = {
            let declared = self.followed.declared.borrow();
            let settled: Vec<&str> = self.plugins.settled().collect();
            let mut names = declared.plugins.keys();
            declared.synced && names.all(|name| settled.contains(&name.as_str()))
        };
        if read || Instant::now() >= self.deadline {
            self.complete = true;
            self.plugins.finish_round();
            self.publish();
        }
    }

    /// Takes what has become of ReceiverPlugins: all news that there are, since names are assigned anew and all
    /// Receivers planned each time.
    fn take_all(&mut self, news: PluginNews) {
        let mut changed = self.plugins.declare(news);
        while let Ok(more) = self.followed.news.try_recv() {
            changed |= self.plugins.declare(more);
        }
        changed |= match self.complete {
            true => self.plugins.finish_round(),
            false => self.plugins.reassign(),
        };
        if self.complete {
            self.keep_names();
        }
        if changed {
            self.publish();
        }
        self.tell_states();
        self.page.update(self.plugins.inventory());
    }

    /// Keeps the names that ReceiverPlugins have begun or ceased to serve.
    fn keep_names(&mut self) {
        let names: BTreeMap<String, BTreeSet<String>> = self
            .plugins
            .declared_names()
            .map(|(plugin, names)| (plugin.to_owned(), names))
            .collect();
        for (plugin, names) in &names {
            if self.kept_names.get(plugin) != Some(names) {
                self.followed.artefacts.keep_names(plugin, names);
            }
        }
        self.kept_names = names;
    }

    fn tell_states(&self) {
        let states = self.plugins.declared_states(&self.followed.routes.load());
        self.followed.states.send_if_modified(|told| {
            let news = **told != states;
            if news {
                *told = Arc::new(states);
            }
            news
        });
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
        if self.complete && self.plugins.finish_round() {
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
