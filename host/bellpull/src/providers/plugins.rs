use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use bellpull_bundle::BUNDLED;
use bellpull_folder::{Directory, Listing, Stamp};
use bellpull_sandbox::{Catalog, Grants, Loaded};

use super::claims::{Claimant, settle};
use super::inventory::{Inventory, Row};
use super::{Digest, Loader};
use crate::settings::PluginArgs;

/// Extension of a component's file.
pub(crate) const EXTENSION: &str = "wasm";

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
struct Slot {
    /// The version that serves: the last one that could be loaded.
    loaded: Option<Arc<Loaded>>,
    /// What was looked at last, whether it could be loaded or not.
    seen: Option<Seen>,
    /// Why what was looked at last does not serve.
    problem: Option<String>,
}

#[derive(PartialEq, Eq)]
struct Seen {
    stamp: Stamp,
    digest: Option<Digest>,
}

/// Every component: the bundled ones, and those of the plugin directories as they are now.
pub struct Plugins {
    slots: BTreeMap<Source, Slot>,
    overridden: BTreeSet<String>,
    grants: Grants,
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
        Ok(Self {
            slots,
            overridden: arguments.plugin_override.iter().cloned().collect(),
            grants: arguments.grants(),
        })
    }

    /// The bundled ones and those of the directories, once.
    ///
    /// # Errors
    /// As [`Plugins::bundled`]. What is wrong with a file is its state.
    pub async fn read(loader: &Loader, arguments: &PluginArgs) -> Result<Self> {
        let mut plugins = Self::bundled(loader, arguments).await?;
        let listings: Vec<Arc<Listing>> = arguments
            .plugins
            .iter()
            .map(|dir| Arc::new(Directory::new(dir, EXTENSION).list()))
            .collect();
        for error in listings.iter().flat_map(|listing| &listing.errors) {
            tracing::error!(%error, "plugins");
        }
        for change in plugins.changed(&listings) {
            plugins.look(change, loader).await;
        }
        Ok(plugins)
    }

    /// Forgets the files that are gone; says whether one was serving.
    pub fn forget(&mut self, listings: &[Arc<Listing>]) -> bool {
        let mut served = false;
        self.slots.retain(|source, slot| {
            let Source::File(path) = source else {
                return true;
            };
            let stays = listings
                .iter()
                .any(|listing| listing.files.contains_key(path) || listing.is_blind_to(path));
            if !stays {
                tracing::info!(file = %path.display(), "plugin gone");
                served |= slot.loaded.is_some();
            }
            stays
        });
        served
    }

    /// The files that are not as they were looked at last, sorted.
    #[must_use]
    pub fn changed(&self, listings: &[Arc<Listing>]) -> Vec<(PathBuf, Stamp)> {
        let files = listings.iter().flat_map(|listing| &listing.files);
        files
            .filter(|(path, stamp)| {
                let slot = self.slots.get(&Source::File((*path).clone()));
                slot.and_then(|slot| slot.seen.as_ref())
                    .is_none_or(|seen| seen.stamp != **stamp)
            })
            .map(|(path, stamp)| (path.clone(), stamp.clone()))
            .collect()
    }

    /// Looks at one file: compiles and loads it if its content is new. Says whether what serves
    /// has changed. A file that cannot be loaded leaves its last good version serving.
    pub async fn look(&mut self, (path, stamp): (PathBuf, Stamp), loader: &Loader) -> bool {
        let source = Source::File(path.clone());
        let known = self.slots.get(&source).and_then(|slot| slot.seen.as_ref());
        let known = known.and_then(|seen| seen.digest);
        let looked = looked_at(&path, known, loader, &self.grants).await;
        let slot = self.slots.entry(source).or_default();
        let file = path.display();
        let (digest, changed) = match looked {
            Ok(Looked::Same) => (known, false),
            Ok(Looked::Loaded(loaded)) => {
                let providers = loaded.description().providers.join(", ");
                let version = &loaded.description().version;
                tracing::info!(%file, providers, version, digest = %loaded.digest(), "plugin loaded");
                let digest = loaded.digest();
                slot.loaded = Some(loaded);
                slot.problem = None;
                (Some(digest), true)
            }
            Err((digest, error)) => {
                let reason = bellpull_core::text::printable(&format!("{error:#}"), 2 << 10);
                let last_good = slot.loaded.is_some();
                tracing::error!(%file, reason, last_good_serves = last_good, "plugin not loaded");
                slot.problem = Some(reason);
                (digest, false)
            }
        };
        slot.seen = Some(Seen { stamp, digest });
        if changed {
            self.say_what_is_shadowed(&path);
        }
        changed
    }

    fn say_what_is_shadowed(&self, path: &Path) {
        let labels = self.labels();
        let (_, lost) = settle(&self.claimants(&labels), &self.overridden);
        let file = path.display();
        for ((source, _), reasons) in self.loaded().zip(lost) {
            if matches!(source, Source::File(loaded) if loaded == path) && !reasons.is_empty() {
                let reason = reasons.join("; ");
                tracing::warn!(%file, reason, "plugin loaded, and others serve its names");
            }
        }
    }

    /// Who serves what now.
    #[must_use]
    pub fn catalog(&self, loader: &Loader) -> Catalog {
        let loaded: Vec<&Arc<Loaded>> = self.loaded().map(|(_, loaded)| loaded).collect();
        let labels = self.labels();
        let (winners, _) = settle(&self.claimants(&labels), &self.overridden);
        let providers = winners
            .into_iter()
            .filter_map(|(name, place)| Some((name.to_owned(), Arc::clone(loaded.get(place)?))));
        Catalog::new(Arc::clone(loader.sandbox()), providers)
    }

    /// Every component as it is now, the bundled ones first.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        let labels = self.labels();
        let (winners, lost) = settle(&self.claimants(&labels), &self.overridden);
        let mut lost = lost.into_iter().enumerate();
        let row = |(source, slot): (&Source, &Slot)| {
            let claims = slot.loaded.as_ref().and_then(|_| lost.next());
            let (place, reasons) = claims.map_or((None, Vec::new()), |(p, r)| (Some(p), r));
            let serves = winners
                .iter()
                .filter(|(_, winner)| Some(**winner) == place)
                .map(|(name, _)| (*name).to_owned())
                .collect();
            Row {
                source: source.to_string(),
                loaded: slot.loaded.clone(),
                serves,
                problem: slot.problem.clone(),
                lost: reasons,
            }
        };
        Inventory(self.slots.iter().map(row).collect())
    }

    fn loaded(&self) -> impl Iterator<Item = (&Source, &Arc<Loaded>)> {
        self.slots
            .iter()
            .filter_map(|(source, slot)| Some((source, slot.loaded.as_ref()?)))
    }

    fn labels(&self) -> Vec<String> {
        self.loaded()
            .map(|(source, _)| source.to_string())
            .collect()
    }

    fn claimants<'a>(&'a self, labels: &'a [String]) -> Vec<Claimant<'a>> {
        self.loaded()
            .zip(labels)
            .map(|((source, loaded), label)| Claimant {
                names: &loaded.description().providers,
                bundled: matches!(source, Source::Bundled(_)),
                label,
            })
            .collect()
    }
}

enum Looked {
    Same,
    Loaded(Arc<Loaded>),
}

/// With the digest where the file could at least be read, so that it is not compiled again for a
/// touch.
async fn looked_at(
    path: &Path,
    known: Option<Digest>,
    loader: &Loader,
    grants: &Grants,
) -> Result<Looked, (Option<Digest>, anyhow::Error)> {
    let wasm = super::read(path).await.map_err(|error| (None, error))?;
    let digest = Digest::of(&wasm);
    if known == Some(digest) {
        return Ok(Looked::Same);
    }
    let loaded = loader.load(&wasm, grants).await;
    loaded.map(Looked::Loaded).map_err(|e| (Some(digest), e))
}
