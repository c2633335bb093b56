use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use bellpull_bundle::BUNDLED;
use bellpull_core::text;
use bellpull_engine::Digest;
use bellpull_folder::{ListedDirectory, Listing, Stamp};
use bellpull_sandbox::{Catalog, LoadedComponent};

use super::component;
use super::last_good::{LastGoodPlugins, listed};
use super::loader::Loader;
use super::policy::PluginPolicy;
use super::served_names::{PluginSlots, ServedNames};
use super::slot::{PluginSlot, PluginSource, ReadVersion};
use crate::declared::OperatorPolicy;
use crate::settings::PluginArgs;

/// Extension of a component's file.
pub(crate) const EXTENSION: &str = "wasm";
/// Longest reason why a file is not loaded, bytes.
const MAX_REASON: usize = 2 << 10;

/// Every component: the bundled ones, and those of the plugin directories as they are now.
pub struct Plugins {
    pub(super) slots: PluginSlots,
    pub(super) names: ServedNames,
    policy: PluginPolicy,
    /// What every component that is not bundled must be.
    operator: OperatorPolicy,
    last_good: LastGoodPlugins,
    /// Whether the last good versions have been looked through.
    recalled: bool,
}

/// What a server would make of a component and of the flags beside it.
pub struct Placement {
    /// Why it would not serve names that it claims.
    pub unserved: Vec<String>,
    /// The flags that apply to no component, and why.
    pub unused: Vec<String>,
}

impl Loader {
    /// The catalog of the bundled providers alone.
    ///
    /// # Errors
    /// When one of them does not load: they are part of this binary.
    pub async fn bundled_catalog(&self) -> Result<Catalog> {
        let plugins = Plugins::bundled(self, &PluginArgs::default()).await?;
        Ok(plugins.catalog(self))
    }
}

/// A file that does not load.
struct NotLoaded {
    /// Known if the file could be read, so that it is not compiled again when only its time changes.
    digest: Option<Digest>,
    error: anyhow::Error,
}

impl Plugins {
    /// The bundled components alone, before any directory is read.
    ///
    /// # Errors
    /// When one of them does not load: they are part of this binary.
    pub async fn bundled(loader: &Loader, arguments: &PluginArgs) -> Result<Self> {
        let mut slots = BTreeMap::new();
        let runs = loader.runs_bundled();
        for bundled in BUNDLED {
            let loaded = if runs {
                loader.deferred(bundled)
            } else {
                loader.bundled(bundled).await
            };
            let loaded = loaded
                .map_err(|error| error.context(format!("bundled provider {}", bundled.provider)))?;
            let slot = PluginSlot {
                loaded: Some(loaded),
                ..PluginSlot::default()
            };
            slots.insert(PluginSource::Bundled(bundled.provider), slot);
        }
        let mut plugins = Self {
            slots,
            names: ServedNames::default(),
            policy: PluginPolicy::new(arguments),
            operator: OperatorPolicy::read(arguments)?,
            last_good: LastGoodPlugins::default(),
            recalled: false,
        };
        plugins.assign(true);
        Ok(plugins)
    }

    /// Adds the store of the last good versions.
    #[must_use]
    pub fn with_last_good(mut self, last_good: LastGoodPlugins) -> Self {
        self.last_good = last_good;
        self
    }

    /// Reads the directories once. The result is what a process that starts now would serve.
    ///
    /// # Errors
    /// As [`Plugins::bundled`]. What is wrong with a file becomes its state.
    pub async fn read(loader: &Loader, arguments: &PluginArgs) -> Result<Self> {
        let mut plugins = Self::read_files(loader, arguments).await?;
        plugins.finish_round();
        Ok(plugins)
    }

    async fn read_files(loader: &Loader, arguments: &PluginArgs) -> Result<Self> {
        let last_good = LastGoodPlugins::reading(loader.cache_arguments(), &arguments.plugins);
        let mut plugins = Self::bundled(loader, arguments)
            .await?
            .with_last_good(last_good);
        let listings: Vec<Arc<Listing>> = arguments
            .plugins
            .iter()
            .map(|dir| Arc::new(ListedDirectory::new(dir, EXTENSION).list()))
            .collect();
        for error in listings.iter().flat_map(|listing| &listing.errors) {
            tracing::error!(%error, "plugins");
        }
        plugins.recall(&listings, arguments, loader).await;
        for change in plugins.changed(&listings) {
            plugins.read_file(change, loader).await;
        }
        Ok(plugins)
    }

    /// Looks once through the last good versions: takes the names that files served, and loads the
    /// versions of files that cannot be read now. Versions of deleted files are forgotten. Returns
    /// whether what serves has changed.
    pub async fn recall(
        &mut self,
        listings: &[Arc<Listing>],
        arguments: &PluginArgs,
        loader: &Loader,
    ) -> bool {
        if std::mem::replace(&mut self.recalled, true) {
            return false;
        }
        for record in self.last_good.records() {
            let path = listed(&record.file, &arguments.plugins, listings);
            let present = listings.iter().any(|one| one.files.contains_key(&path));
            let blind = listings.iter().any(|listing| listing.is_blind_to(&path));
            if present || blind {
                let source = PluginSource::File(path.clone());
                self.names.recall(source, record.names);
            } else {
                self.last_good.forget(&record.file);
                continue;
            }
            if !present {
                let slot = PluginSlot {
                    loaded: self.fall_back(&path, loader).await,
                    problem: Some("its directory cannot be read".to_owned()),
                    ..PluginSlot::default()
                };
                self.slots.insert(PluginSource::File(path), slot);
            }
        }
        self.assign(true)
    }

    /// Forgets deleted files. Returns whether what serves has changed.
    pub fn forget(&mut self, listings: &[Arc<Listing>]) -> bool {
        let mut gone = Vec::new();
        self.slots.retain(|source, _| {
            let PluginSource::File(path) = source else {
                return true;
            };
            let stays = listings
                .iter()
                .any(|listing| listing.files.contains_key(path) || listing.is_blind_to(path));
            if !stays {
                gone.push(path.clone());
            }
            stays
        });
        for path in &gone {
            tracing::info!(file = %path.display(), "plugin gone");
            self.last_good.forget(path);
        }
        !gone.is_empty() && self.assign(true)
    }

    /// The files that have changed since they were read last, sorted. A file that is reached through
    /// two directories counts once.
    #[must_use]
    pub fn changed(&self, listings: &[Arc<Listing>]) -> Vec<(PathBuf, Stamp)> {
        let known = |path: &PathBuf| self.slots.get(&PluginSource::File(path.clone()));
        let mut reached = BTreeMap::new();
        for (path, stamp) in listings.iter().flat_map(|listing| &listing.files) {
            let at = reached.entry(stamp.real()).or_insert((path, stamp));
            if known(at.0).is_none() && known(path).is_some() {
                *at = (path, stamp);
            }
        }
        let mut changed: Vec<(PathBuf, Stamp)> = reached
            .into_values()
            .filter(|(path, stamp)| {
                known(path)
                    .and_then(|slot| slot.last_read.as_ref())
                    .is_none_or(|last_read| last_read.stamp != **stamp)
            })
            .map(|(path, stamp)| (path.clone(), stamp.clone()))
            .collect();
        changed.sort_by(|(a, _), (b, _)| a.cmp(b));
        changed
    }

    /// Reads one file, and compiles and loads it if its content is new. Returns whether what serves has
    /// changed. If the file does not load, its last good version serves on, even one from a process
    /// before this one. A name that it did not have is assigned at the end of the round.
    pub async fn read_file(&mut self, (path, stamp): (PathBuf, Stamp), loader: &Loader) -> bool {
        let source = PluginSource::File(path.clone());
        let mut slot = self.slots.remove(&source).unwrap_or_default();
        let known = slot.last_read.as_ref().and_then(|last| last.digest);
        let file = path.display();
        let digest = match self.load(&path, known, loader).await {
            Ok(None) => known,
            Ok(Some((loaded, wasm))) => {
                let providers = loaded.description().providers.join(", ");
                let version = &loaded.description().version;
                let digest = loaded.digest();
                tracing::info!(%file, providers, version, %digest, "plugin loaded");
                self.last_good
                    .keep(&path, &wasm, &self.names.held_by(&source));
                slot = PluginSlot {
                    loaded: Some(loaded),
                    ..PluginSlot::default()
                };
                Some(digest)
            }
            Err(NotLoaded { digest, error }) => {
                if slot.loaded.is_none() {
                    slot.loaded = self.fall_back(&path, loader).await;
                }
                let reason = text::printable(&format!("{error:#}"), MAX_REASON);
                let last_good = slot.loaded.is_some();
                tracing::error!(%file, reason, last_good_serves = last_good, "plugin not loaded");
                slot.problem = Some(reason);
                digest
            }
        };
        slot.last_read = Some(ReadVersion { stamp, digest });
        self.slots.insert(source, slot);
        self.assign(true)
    }

    /// Assigns the names that nobody serves, after all files have been read. Returns whether what
    /// serves has changed.
    pub fn finish_round(&mut self) -> bool {
        let changed = self.assign(false);
        for (source, _) in self.slots.iter().filter(|(_, slot)| slot.loaded.is_some()) {
            if let PluginSource::File(path) = source {
                self.last_good.keep_names(path, &self.names.held_by(source));
            }
        }
        self.names.log();
        changed
    }

    pub(super) fn assign(&mut self, incomplete: bool) -> bool {
        self.names.assign(&mut self.slots, &self.policy, incomplete)
    }

    /// The components that serve now, by provider name.
    #[must_use]
    pub fn catalog(&self, loader: &Loader) -> Catalog {
        let served = self.names.served();
        let served = served.map(|(name, loaded)| (name.to_owned(), Arc::clone(loaded)));
        Catalog::new(Arc::clone(loader.sandbox()), served).restricted(
            self.names
                .namespaces(&self.slots, self.operator.namespaces()),
        )
    }

    /// What a component, named as on a command line, would serve beside the bundled components and those of
    /// the directories.
    ///
    /// # Errors
    /// As [`Plugins::bundled`].
    pub async fn place(
        loader: &Loader,
        arguments: &PluginArgs,
        (component, loaded): (&str, &Arc<LoadedComponent>),
    ) -> Result<Placement> {
        let mut plugins = Self::read_files(loader, arguments).await?;
        let same = plugins.slots.iter().find(|(_, slot)| {
            let digest = slot.loaded.as_ref().map(|known| known.digest());
            digest == Some(loaded.digest())
        });
        let source = match same {
            Some((source, _)) => source.clone(),
            None => PluginSource::File(PathBuf::from(component)),
        };
        plugins
            .slots
            .entry(source.clone())
            .or_insert_with(|| PluginSlot {
                loaded: Some(Arc::clone(loaded)),
                ..PluginSlot::default()
            });
        plugins.assign(false);
        let unserved = plugins.names.unserved_by(&source).iter();
        let unused = plugins.names.unused_flags().iter();
        Ok(Placement {
            unserved: unserved.map(|name| name.reason().to_owned()).collect(),
            unused: unused
                .map(|unused| format!("{}: {}", unused.flag, unused.reason))
                .collect(),
        })
    }

    /// The last good version of a file, if there is one and it still loads.
    async fn fall_back(&mut self, path: &Path, loader: &Loader) -> Option<Arc<LoadedComponent>> {
        let wasm = self.last_good.component(path)?;
        let digest = Digest::of(&wasm);
        self.operator.check_file(digest).ok()?;
        let grants = self.policy.grants(digest, |_| true);
        match loader.load(&wasm, &grants).await {
            Ok(loaded) => Some(loaded),
            Err(error) => {
                let (file, reason) = (path.display(), format!("{error:#}"));
                let reason = text::printable(&reason, MAX_REASON);
                tracing::error!(%file, reason, "the last good version of a plugin does not load");
                None
            }
        }
    }

    /// `None` if the file's content is the known one.
    async fn load(
        &self,
        path: &Path,
        known: Option<Digest>,
        loader: &Loader,
    ) -> Result<Option<(Arc<LoadedComponent>, Vec<u8>)>, NotLoaded> {
        let wasm = component::read(path).await.map_err(|error| NotLoaded {
            digest: None,
            error,
        })?;
        let digest = Digest::of(&wasm);
        if known == Some(digest) {
            return Ok(None);
        }
        let not_loaded = |error| NotLoaded {
            digest: Some(digest),
            error,
        };
        self.operator.check_file(digest).map_err(not_loaded)?;
        let grants = self.policy.grants(digest, |_| true);
        let loaded = loader.load(&wasm, &grants).await.map_err(not_loaded)?;
        Ok(Some((loaded, wasm)))
    }
}
