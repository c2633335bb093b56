use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use bellpull_bundle::BUNDLED;
use bellpull_core::text;
use bellpull_folder::{ListedDirectory, Listing, Stamp};
use bellpull_sandbox::{Catalog, Grants, LoadedComponent};

use super::kept::Kept;
use super::names::Names;
use super::policy::Policy;
use super::{Digest, Loader};
use crate::settings::PluginArgs;

/// Extension of a component's file.
pub(crate) const EXTENSION: &str = "wasm";
/// Of a reason why a file is not loaded, bytes.
const MAX_REASON: usize = 2 << 10;

/// Where a component came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Built into the binary, under this name.
    Bundled(&'static str),
    /// A file of a plugin directory.
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled(_) => f.write_str("bundled"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// One component and what has become of it.
#[derive(Default)]
pub(super) struct Slot {
    /// The last version that could be loaded, with what it would be granted if it served all its
    /// names.
    pub(super) loaded: Option<Arc<LoadedComponent>>,
    /// The same with what it is granted, while it serves.
    pub(super) serving: Option<(Grants, Arc<LoadedComponent>)>,
    /// What was looked at last, whether it could be loaded or not.
    seen: Option<Seen>,
    /// Why what was looked at last does not serve.
    pub(super) problem: Option<String>,
    /// Why what is loaded cannot serve the names that it would have.
    pub(super) refused: Option<String>,
}

struct Seen {
    stamp: Stamp,
    digest: Option<Digest>,
}

/// Every component: the bundled ones, and those of the plugin directories as they are now.
pub struct Plugins {
    pub(super) slots: BTreeMap<Source, Slot>,
    pub(super) policy: Policy,
    pub(super) names: Names,
    kept: Kept,
    /// Whether what was kept has been looked through.
    recalled: bool,
}

impl Plugins {
    /// The bundled ones alone, before any directory is looked at.
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
            let slot = Slot {
                loaded: Some(loaded),
                ..Slot::default()
            };
            slots.insert(Source::Bundled(bundled.provider), slot);
        }
        let mut plugins = Self {
            slots,
            policy: Policy::new(arguments),
            names: Names::default(),
            kept: Kept::default(),
            recalled: false,
        };
        plugins.give(true);
        Ok(plugins)
    }

    /// With what was kept of the plugin directories' files.
    #[must_use]
    pub fn keeping(mut self, kept: Kept) -> Self {
        self.kept = kept;
        self
    }

    /// The bundled ones and those of the directories, once, as a process that begins now would have
    /// them.
    ///
    /// # Errors
    /// As [`Plugins::bundled`]. What is wrong with a file is its state.
    pub async fn read(loader: &Loader, arguments: &PluginArgs) -> Result<Self> {
        let kept = Kept::reading(loader.cache(), &arguments.plugins);
        let mut plugins = Self::bundled(loader, arguments).await?.keeping(kept);
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
            plugins.look(change, loader).await;
        }
        plugins.settle();
        Ok(plugins)
    }

    /// Looks once through what was kept: who served which name, and the last good versions of files
    /// of which nothing can be said now. What was kept of files that are gone is forgotten. Says
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
        for record in self.kept.records() {
            let path = super::kept::listed(&record.file, &arguments.plugins, listings);
            let present = listings.iter().any(|one| one.files.contains_key(&path));
            let blind = listings.iter().any(|listing| listing.is_blind_to(&path));
            if present || blind {
                let source = Source::File(path.clone());
                self.names.recall(source, record.names);
            } else {
                self.kept.forget(&record.file);
                continue;
            }
            if !present {
                let slot = Slot {
                    loaded: self.fall_back(&path, loader).await,
                    problem: Some("where it lies nothing can be read".to_owned()),
                    ..Slot::default()
                };
                self.slots.insert(Source::File(path), slot);
            }
        }
        self.give(true)
    }

    /// Forgets the files that are gone; says whether what serves has changed.
    pub fn forget(&mut self, listings: &[Arc<Listing>]) -> bool {
        let mut gone = Vec::new();
        self.slots.retain(|source, _| {
            let Source::File(path) = source else {
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
            self.kept.forget(path);
        }
        !gone.is_empty() && self.give(true)
    }

    /// The files that are not as they were looked at last, sorted. One that is reached by two
    /// directories counts once.
    #[must_use]
    pub fn changed(&self, listings: &[Arc<Listing>]) -> Vec<(PathBuf, Stamp)> {
        let known = |path: &PathBuf| self.slots.get(&Source::File(path.clone()));
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
                    .and_then(|slot| slot.seen.as_ref())
                    .is_none_or(|seen| seen.stamp != **stamp)
            })
            .map(|(path, stamp)| (path.clone(), stamp.clone()))
            .collect();
        changed.sort_by(|(a, _), (b, _)| a.cmp(b));
        changed
    }

    /// Looks at one file: compiles and loads it if its content is new. Says whether what serves
    /// has changed. A file that cannot be loaded leaves its last good version serving, also that of a
    /// process before this one. A name that it did not have it is given when all files have been
    /// looked at.
    pub async fn look(&mut self, (path, stamp): (PathBuf, Stamp), loader: &Loader) -> bool {
        let source = Source::File(path.clone());
        let mut slot = self.slots.remove(&source).unwrap_or_default();
        let known = slot.seen.as_ref().and_then(|seen| seen.digest);
        let file = path.display();
        let digest = match self.load(&path, known, loader).await {
            Ok(None) => known,
            Ok(Some((loaded, wasm))) => {
                let providers = loaded.description().providers.join(", ");
                let version = &loaded.description().version;
                let digest = loaded.digest();
                tracing::info!(%file, providers, version, %digest, "plugin loaded");
                self.kept.keep(&path, &wasm, &self.names.of(&source));
                slot = Slot {
                    loaded: Some(loaded),
                    ..Slot::default()
                };
                Some(digest)
            }
            Err((digest, error)) => {
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
        slot.seen = Some(Seen { stamp, digest });
        self.slots.insert(source, slot);
        self.give(true)
    }

    /// Gives the names away that nobody has, when all files have been looked at; says whether what
    /// serves has changed.
    pub fn settle(&mut self) -> bool {
        let changed = self.give(false);
        for (source, _) in self.slots.iter().filter(|(_, slot)| slot.loaded.is_some()) {
            if let Source::File(path) = source {
                self.kept.names(path, &self.names.of(source));
            }
        }
        self.say();
        changed
    }

    /// Who serves what now.
    #[must_use]
    pub fn catalog(&self, loader: &Loader) -> Catalog {
        let served = self.names.served();
        let served = served.map(|(name, loaded)| (name.to_owned(), Arc::clone(loaded)));
        Catalog::new(Arc::clone(loader.sandbox()), served)
    }

    /// What a process before this one served from a file, if that is known and still loads.
    async fn fall_back(&mut self, path: &Path, loader: &Loader) -> Option<Arc<LoadedComponent>> {
        let wasm = self.kept.component(path)?;
        let grants = self.policy.grants(Digest::of(&wasm), |_| true);
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

    /// `None` where the file is as it was. An error is with the digest where the file could at least
    /// be read, so that it is not compiled again for a touch.
    async fn load(
        &self,
        path: &Path,
        known: Option<Digest>,
        loader: &Loader,
    ) -> Result<Option<(Arc<LoadedComponent>, Vec<u8>)>, (Option<Digest>, anyhow::Error)> {
        let wasm = super::read(path).await.map_err(|error| (None, error))?;
        let digest = Digest::of(&wasm);
        if known == Some(digest) {
            return Ok(None);
        }
        let grants = self.policy.grants(digest, |_| true);
        let loaded = loader.load(&wasm, &grants).await;
        loaded
            .map(|loaded| Some((loaded, wasm)))
            .map_err(|error| (Some(digest), error))
    }
}
