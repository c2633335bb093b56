use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use bellpull_bundle::BUNDLED;
use bellpull_folder::{Directory, Listing, Stamp};
use bellpull_sandbox::{Catalog, Grants, Loaded};
use serde::Serialize;

use super::claims::{Claimant, settle};
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
        for bundled in BUNDLED {
            let loaded = loader
                .bundled(bundled)
                .await
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
        plugins.forget(&listings);
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
        changed
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

    /// Every component with its state, the bundled ones first.
    #[must_use]
    pub fn states(&self) -> Vec<PluginState> {
        let labels = self.labels();
        let (winners, lost) = settle(&self.claimants(&labels), &self.overridden);
        let mut lost = lost.into_iter().enumerate();
        self.slots
            .iter()
            .map(|(source, slot)| {
                let claims = slot.loaded.as_ref().and_then(|_| lost.next());
                let (place, reasons) = claims.map_or((None, Vec::new()), |(p, r)| (Some(p), r));
                let serves = winners
                    .iter()
                    .filter(|(_, winner)| Some(**winner) == place)
                    .map(|(name, _)| (*name).to_owned())
                    .collect();
                PluginState::of(source, slot, serves, reasons)
            })
            .collect()
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

/// What `bellpull plugins` says of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginState {
    /// Provider names that it serves.
    pub providers: Vec<String>,
    /// `bundled`, or its file.
    pub source: String,
    /// Its own version.
    pub version: Option<String>,
    /// SHA-256 of the version that serves.
    pub digest: Option<String>,
    /// `serving`; `outdated`: an older version serves, since the newer one does not load;
    /// `shadowed`: others serve its names; `failed`: nothing of it can serve.
    pub state: &'static str,
    /// Why it is not simply serving.
    pub reason: Option<String>,
    /// Faults since it was loaded.
    pub faults: u64,
    /// The same by kind, those that happened.
    pub faults_by_kind: BTreeMap<&'static str, u64>,
    /// `closed`, or for how many Receivers it rests.
    pub breaker: String,
}

impl PluginState {
    fn of(source: &Source, slot: &Slot, serves: Vec<String>, lost: Vec<String>) -> Self {
        let loaded = slot.loaded.as_deref();
        let state = match (loaded, &slot.problem, serves.is_empty()) {
            (None, _, _) => "failed",
            (Some(_), Some(_), _) => "outdated",
            (Some(_), None, true) => "shadowed",
            (Some(_), None, false) => "serving",
        };
        let reasons: Vec<String> = slot.problem.iter().cloned().chain(lost).collect();
        let faults_by_kind: BTreeMap<&'static str, u64> = loaded
            .into_iter()
            .flat_map(Loaded::faults)
            .filter(|(_, count)| *count > 0)
            .map(|(fault, count)| (fault.as_str(), count))
            .collect();
        Self {
            providers: serves,
            source: source.to_string(),
            version: loaded.map(|loaded| loaded.description().version.clone()),
            digest: loaded.map(|loaded| loaded.digest().to_string()),
            state,
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            faults: faults_by_kind.values().sum(),
            faults_by_kind,
            breaker: match loaded.map_or(0, Loaded::resting) {
                0 => "closed".to_owned(),
                1 => "open for 1 Receiver".to_owned(),
                resting => format!("open for {resting} Receivers"),
            },
        }
    }
}
