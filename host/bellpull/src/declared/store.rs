//! The artefacts that ReceiverPlugins have served, kept over a restart with their signatures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use bellpull_api::ServedArtefact;
use bellpull_engine::Digest;
use bellpull_trust::status::HISTORY;
use serde::{Deserialize, Serialize};

use crate::cache::{Cache, CacheBound, CacheFolder};
use crate::settings::CacheArgs;

const ARTEFACTS: CacheFolder = CacheFolder {
    name: "artefacts",
    bound: CacheBound {
        bytes: 1 << 30,
        files: 4_000,
        endings: &[RECORD, COMPONENT],
    },
};
const RECORD: &str = ".json";
const COMPONENT: &str = ".wasm";
/// The share of one process of what the folder may hold, bytes.
const MOST_BYTES: u64 = 960 << 20;

/// The kept artefacts of one cluster or of one directory.
pub(crate) struct ArtefactStore {
    cache: Cache,
    /// The cluster or the directory.
    place: String,
    /// By the file of each record of this process, the newest component that it names, with its size in
    /// bytes. They do not make room for others.
    newest: Mutex<BTreeMap<String, (String, u64)>>,
}

/// What is kept of one object.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredPlugin {
    /// The provider names that it served.
    pub(super) names: BTreeSet<String>,
    /// What has served, the newest first. The first one served last.
    pub(super) artefacts: Vec<StoredArtefact>,
}

/// An artefact, and what proves it. It is verified again whenever it is to serve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredArtefact {
    /// Where it came from: `HOST/REPOSITORY`, or the ConfigMap.
    pub(super) origin: String,
    pub(super) served: ServedArtefact,
    /// The digest of the component.
    pub(super) component: String,
    /// The Sigstore bundles that were attached to it.
    pub(super) bundles: Vec<String>,
}

impl ArtefactStore {
    pub(crate) fn open(arguments: &CacheArgs, place: &str) -> Self {
        Self {
            cache: Cache::open(arguments, &ARTEFACTS),
            place: place.to_owned(),
            newest: Mutex::default(),
        }
    }

    /// What is kept of an object.
    pub(super) fn plugin(&self, name: &str) -> StoredPlugin {
        let file = self.file(name);
        let content = self.cache.get(&file);
        let read = content.map(|content| serde_json::from_slice(&content));
        let stored: StoredPlugin = match read.transpose() {
            Ok(stored) => stored.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(plugin = name, %error, "what a ReceiverPlugin has served cannot be read");
                StoredPlugin::default()
            }
        };
        self.note(&file, &stored);
        stored
    }

    /// The bytes of a kept component.
    pub(super) fn component(&self, artefact: &StoredArtefact) -> Option<Arc<[u8]>> {
        let wasm = self.cache.get(&component_file(&artefact.component))?;
        // The record and the component are two files, and each may be of another time.
        (Digest::of(&wasm).to_string() == artefact.component).then(|| wasm.into())
    }

    /// Keeps an artefact that serves as the newest of its object, and returns what is kept then.
    pub(super) fn keep(&self, name: &str, artefact: StoredArtefact, wasm: &[u8]) -> StoredPlugin {
        let mut stored = self.plugin(name);
        stored.push(artefact);
        let file = self.file(name);
        if !self.note(&file, &stored) {
            tracing::warn!(
                plugin = name,
                "too many plugins to keep what this one serves"
            );
            self.forget(name);
            return stored;
        }
        if let Some(newest) = stored.artefacts.first() {
            let component = component_file(&newest.component);
            if self.cache.get(&component).as_deref() != Some(wasm) {
                self.put(&component, wasm);
            }
        }
        self.write(&file, &stored);
        stored
    }

    /// Keeps which names an object serves.
    pub(crate) fn keep_names(&self, name: &str, names: &BTreeSet<String>) {
        let mut stored = self.plugin(name);
        if stored.names != *names && !stored.artefacts.is_empty() {
            stored.names.clone_from(names);
            self.write(&self.file(name), &stored);
        }
    }

    fn write(&self, file: &str, stored: &StoredPlugin) {
        match serde_json::to_vec(stored) {
            Ok(content) if self.cache.get(file).as_deref() == Some(&*content) => {}
            Ok(content) => self.put(file, &content),
            Err(error) => tracing::warn!(%error, "not keeping what a ReceiverPlugin serves"),
        }
    }

    fn put(&self, file: &str, content: &[u8]) {
        let spared: BTreeSet<String> = {
            let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            let components = newest.values().map(|(one, _)| component_file(one));
            newest.keys().cloned().chain(components).collect()
        };
        self.cache
            .put_sparing(file, content, |other| spared.contains(other));
    }

    /// Forgets a deleted object. Its components go when room is needed.
    pub(super) fn forget(&self, name: &str) {
        let file = self.file(name);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.remove(&file);
        self.cache.remove(&file);
    }

    /// Notes the newest component of a record. Returns false if there is no room for it.
    fn note(&self, file: &str, stored: &StoredPlugin) -> bool {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.remove(file);
        let Some(first) = stored.artefacts.first() else {
            return true;
        };
        let size = u64::try_from(first.served.size).unwrap_or_default();
        let others: u64 = newest.values().map(|(_, size)| size).sum();
        let fits = others + size <= MOST_BYTES;
        if fits {
            newest.insert(file.to_owned(), (first.component.clone(), size));
        }
        fits
    }

    fn file(&self, name: &str) -> String {
        let digest = Digest::of(format!("{}\0{name}", self.place).as_bytes());
        format!("{}{RECORD}", digest.to_string().replace(':', "-"))
    }
}

impl StoredPlugin {
    /// Puts an artefact first. An older entry of it goes, and so do those beyond the history.
    fn push(&mut self, artefact: StoredArtefact) {
        self.artefacts
            .retain(|known| known.served.digest != artefact.served.digest);
        self.artefacts.insert(0, artefact);
        self.artefacts.truncate(HISTORY);
    }

    pub(super) fn find(&self, digest: &str) -> Option<&StoredArtefact> {
        let mut known = self.artefacts.iter();
        known.find(|known| known.served.digest == digest)
    }

    pub(super) fn history(&self) -> Vec<ServedArtefact> {
        let served = self.artefacts.iter().map(|known| known.served.clone());
        served.collect()
    }
}

fn component_file(digest: &str) -> String {
    format!("{}{COMPONENT}", digest.replace(':', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact(digest: &str, wasm: &[u8]) -> StoredArtefact {
        StoredArtefact {
            origin: "ghcr.io/acme/a".into(),
            served: ServedArtefact {
                digest: digest.into(),
                ..ServedArtefact::default()
            },
            component: Digest::of(wasm).to_string(),
            bundles: vec!["{}".into()],
        }
    }

    #[test]
    fn the_last_three_artefacts_are_kept_until_the_object_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        };
        let open = || ArtefactStore::open(&arguments, "https://cluster.example");
        let store = open();
        for digest in ["a", "b", "c", "d", "b"] {
            store.keep(
                "acme",
                artefact(digest, digest.as_bytes()),
                digest.as_bytes(),
            );
        }
        let next = open();
        let known = next.plugin("acme");
        let digests: Vec<String> = known.history().into_iter().map(|one| one.digest).collect();
        assert_eq!(digests, ["b", "d", "c"]);
        let wasm = next.component(known.find("d").unwrap());
        assert_eq!(wasm.as_deref(), Some(b"d".as_slice()));
        let elsewhere = ArtefactStore::open(&arguments, "https://other.example");
        assert!(elsewhere.plugin("acme").artefacts.is_empty());

        next.forget("acme");
        assert!(open().plugin("acme").artefacts.is_empty());
    }

    #[test]
    fn what_a_newer_version_has_kept_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        };
        let store = ArtefactStore::open(&arguments, "here");
        let kept = store.keep("acme", artefact("a", b"wasm"), b"wasm");
        let mut newer = serde_json::to_value(&kept).unwrap();
        newer["since"] = "later".into();
        newer["artefacts"][0]["attestations"] = serde_json::json!(["{}"]);
        let file = store.file("acme");
        store.cache.put(&file, newer.to_string().as_bytes());
        let known = store.plugin("acme");
        let wasm = known.find("a").and_then(|one| store.component(one));
        assert_eq!(wasm.as_deref(), Some(b"wasm".as_slice()));
    }

    #[test]
    fn no_more_is_kept_than_a_process_may_keep() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        };
        let store = ArtefactStore::open(&arguments, "here");
        for (name, size, expected) in [("a", MOST_BYTES, 1), ("b", 1, 0), ("a", 1, 1), ("b", 1, 1)]
        {
            let mut one = artefact(name, name.as_bytes());
            one.served.size = i64::try_from(size).unwrap();
            store.keep(name, one, name.as_bytes());
            let kept = store.plugin(name).artefacts.len();
            assert_eq!(kept, expected, "{name} of {size} bytes");
        }
    }
}
