//! The last good version of each plugin file, kept over a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bellpull_engine::Digest;
use bellpull_folder::Listing;
use serde::{Deserialize, Serialize};

use crate::cache::{Cache, CacheBound, CacheFolder};
use crate::settings::CacheArgs;

/// Holds two files for each plugin. Files of other processes make room for those of this one.
const SERVED: CacheFolder = CacheFolder {
    name: "served",
    bound: CacheBound {
        bytes: 1 << 30,
        files: 2_000,
        endings: &[RECORD, COMPONENT],
    },
};
/// The share of one process.
const MOST_PLUGINS: usize = 900;
const MOST_BYTES: u64 = 960 << 20;

const RECORD: &str = ".json";
const COMPONENT: &str = ".wasm";

/// For each plugin file, the last version that loaded and the names that it served. A new process goes
/// on with these. They are kept under a MAC beside the compiled components, as WebAssembly, so that
/// another version of Bellpull can compile them too.
#[derive(Default)]
pub struct LastGoodPlugins {
    cache: Option<Cache>,
    folders: Vec<PathBuf>,
    writes: bool,
    /// The components that this process has written or read, by the stem of their files, with their
    /// size in bytes.
    own: BTreeMap<String, u64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LastGoodRecord {
    /// The absolute path.
    pub(super) file: PathBuf,
    /// The provider names that it served.
    pub(super) names: BTreeSet<String>,
}

impl LastGoodPlugins {
    /// Those of these directories, read-only.
    pub(crate) fn reading(arguments: &CacheArgs, folders: &[PathBuf]) -> Self {
        Self {
            cache: Some(Cache::open(arguments, &SERVED)),
            folders: folders.iter().map(|folder| absolute(folder)).collect(),
            writes: false,
            own: BTreeMap::new(),
        }
    }

    /// Those of these directories, to be updated by this process.
    pub(crate) fn writing(arguments: &CacheArgs, folders: &[PathBuf]) -> Self {
        Self {
            writes: true,
            ..Self::reading(arguments, folders)
        }
    }

    /// The records of files in the directories.
    pub(super) fn records(&self) -> Vec<LastGoodRecord> {
        let Some(cache) = &self.cache else {
            return Vec::new();
        };
        let names = cache.names(RECORD);
        let records = names.iter().filter_map(|name| {
            let record = serde_json::from_slice(&cache.peek(name)?);
            let told = |error: &serde_json::Error| {
                tracing::warn!(%error, "which plugin served cannot be read");
            };
            let record: LastGoodRecord = record.inspect_err(told).ok()?;
            let ours = |folder: &PathBuf| record.file.starts_with(folder);
            self.folders.iter().any(ours).then_some(record)
        });
        records.collect()
    }

    /// The last version of a file that loaded.
    pub(super) fn component(&mut self, file: &Path) -> Option<Vec<u8>> {
        let stem = stem(file);
        let cache = self.cache.as_ref()?;
        cache.peek(&format!("{stem}{RECORD}"))?;
        let wasm = cache.peek(&format!("{stem}{COMPONENT}"))?;
        self.own.insert(stem, wasm.len() as u64);
        Some(wasm)
    }

    /// Keeps a version that loads, and the names that the file holds.
    pub(super) fn keep(&mut self, file: &Path, wasm: &[u8], names: &BTreeSet<String>) {
        let Some(cache) = self.cache.as_ref().filter(|_| self.writes) else {
            return;
        };
        let stem = stem(file);
        let others = self.own.iter().filter(|(own, _)| **own != stem);
        let (count, bytes) = others.fold((0, 0), |(n, bytes), (_, one)| (n + 1, bytes + one));
        let length = wasm.len() as u64;
        if count >= MOST_PLUGINS || bytes + length > MOST_BYTES {
            let shown = file.display();
            tracing::warn!(file = %shown, "too many plugins to keep the last good version of this one");
            self.forget(file);
            return;
        }
        let component = format!("{stem}{COMPONENT}");
        let kept = cache.get(&component);
        self.own.insert(stem, length);
        self.keep_names(file, names);
        if kept.as_deref() != Some(wasm) {
            self.put(&component, wasm);
        }
    }

    /// Keeps the names that a file serves.
    pub(super) fn keep_names(&self, file: &Path, names: &BTreeSet<String>) {
        let Some(cache) = self.cache.as_ref().filter(|_| self.writes) else {
            return;
        };
        let record = LastGoodRecord {
            file: absolute(file),
            names: names.clone(),
        };
        let name = format!("{}{RECORD}", stem(file));
        match serde_json::to_vec(&record) {
            Ok(content) if cache.get(&name).as_deref() == Some(&*content) => {}
            Ok(content) => self.put(&name, &content),
            Err(error) => {
                let file = file.display();
                tracing::warn!(%file, %error, "not keeping which names a plugin serves");
            }
        }
    }

    /// Forgets a deleted file.
    pub(super) fn forget(&mut self, file: &Path) {
        let stem = stem(file);
        self.own.remove(&stem);
        if let Some(cache) = self.cache.as_ref().filter(|_| self.writes) {
            for ending in [COMPONENT, RECORD] {
                cache.remove(&format!("{stem}{ending}"));
            }
        }
    }

    fn put(&self, name: &str, content: &[u8]) {
        let own = |name: &str| {
            let stem = name.split_once('.').map(|(stem, _)| stem);
            stem.is_some_and(|stem| self.own.contains_key(stem))
        };
        if let Some(cache) = &self.cache {
            cache.put_sparing(name, content, own);
        }
    }
}

/// The absolute path, with its symlinks. A mounted ConfigMap changes its symlinks at each update, while
/// the paths of its files stay the same.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// An absolute path as the listings of the directories write it, or would write it.
pub(super) fn listed(file: &Path, folders: &[PathBuf], listings: &[Arc<Listing>]) -> PathBuf {
    let mut known = listings.iter().flat_map(|listing| listing.files.keys());
    if let Some(known) = known.find(|known| absolute(known) == file) {
        return known.clone();
    }
    let mut below = folders.iter().filter_map(|folder| {
        let inside = file.strip_prefix(absolute(folder)).ok()?;
        Some(folder.join(inside))
    });
    below.next().unwrap_or_else(|| file.to_owned())
}

fn stem(file: &Path) -> String {
    let path = absolute(file);
    let digest = Digest::of(path.as_os_str().as_bytes()).to_string();
    digest.replace(':', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct TestCache {
        cache: tempfile::TempDir,
        plugins: PathBuf,
    }

    impl TestCache {
        fn new() -> Self {
            Self {
                cache: tempfile::tempdir().unwrap(),
                plugins: PathBuf::from("/plugins"),
            }
        }

        fn arguments(&self) -> CacheArgs {
            CacheArgs {
                cache_dir: Some(self.cache.path().to_owned()),
                ..CacheArgs::default()
            }
        }

        fn writing(&self) -> LastGoodPlugins {
            LastGoodPlugins::writing(&self.arguments(), std::slice::from_ref(&self.plugins))
        }

        fn reading(&self) -> LastGoodPlugins {
            LastGoodPlugins::reading(&self.arguments(), std::slice::from_ref(&self.plugins))
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn known(kept: &LastGoodPlugins) -> Vec<(PathBuf, Vec<String>)> {
        let mut known: Vec<_> = kept
            .records()
            .into_iter()
            .map(|record| (record.file, record.names.into_iter().collect()))
            .collect();
        known.sort();
        known
    }

    #[test]
    fn the_next_process_knows_a_file_until_it_is_deleted() {
        let test = TestCache::new();
        let file = Path::new("/plugins/a.wasm");
        let mut first = test.writing();
        first.keep(file, b"one", &names(&[]));
        first.keep_names(file, &names(&["acme"]));
        let mut next = test.reading();
        assert_eq!(known(&next), [(file.to_owned(), vec!["acme".to_owned()])]);
        assert_eq!(next.component(file).as_deref(), Some(b"one".as_slice()));

        first.keep(file, b"two", &names(&["acme"]));
        assert_eq!(next.component(file).as_deref(), Some(b"two".as_slice()));

        first.forget(file);
        assert_eq!(known(&next), []);
        assert_eq!(next.component(file), None);
    }

    #[test]
    fn what_a_newer_version_has_kept_is_known() {
        let test = TestCache::new();
        let file = Path::new("/plugins/a.wasm");
        test.writing().keep(file, b"one", &names(&["acme"]));
        let cache = Cache::open(&test.arguments(), &SERVED);
        let newer = serde_json::json!({"file": file, "names": ["acme"], "since": "later"});
        let record = format!("{}{RECORD}", stem(file));
        cache.put(&record, newer.to_string().as_bytes());
        let expected = (file.to_owned(), vec!["acme".to_owned()]);
        assert_eq!(known(&test.reading()), [expected]);
    }

    #[test]
    fn files_of_other_directories_belong_to_other_processes() {
        let test = TestCache::new();
        let mut other = LastGoodPlugins::writing(&test.arguments(), &[PathBuf::from("/others")]);
        let file = Path::new("/others/a.wasm");
        other.keep(file, b"one", &names(&["acme"]));
        assert_eq!(known(&test.reading()), []);
        assert_eq!(known(&other).len(), 1);
    }

    #[test]
    fn a_reader_changes_nothing() {
        let test = TestCache::new();
        let file = Path::new("/plugins/a.wasm");
        let mut reading = test.reading();
        reading.keep(file, b"one", &names(&["acme"]));
        assert_eq!(known(&reading), []);
        test.writing().keep(file, b"one", &names(&["acme"]));
        reading.forget(file);
        reading.keep_names(file, &names(&["other"]));
        assert_eq!(
            known(&reading),
            [(file.to_owned(), vec!["acme".to_owned()])]
        );
    }

    #[test]
    fn a_file_that_somebody_else_changed_is_not_read() {
        let test = TestCache::new();
        let file = Path::new("/plugins/a.wasm");
        test.writing().keep(file, b"one", &names(&["acme"]));
        let served = test.cache.path().join("served");
        for ending in [COMPONENT, RECORD] {
            let path = served.join(format!("{}{ending}", stem(file)));
            let mut content = std::fs::read(&path).unwrap();
            *content.last_mut().unwrap() ^= 1;
            std::fs::write(&path, content).unwrap();
        }
        assert_eq!(known(&test.reading()), []);
        assert_eq!(test.reading().component(file), None);
    }

    #[test]
    fn no_more_is_kept_than_a_process_may_keep() {
        let test = TestCache::new();
        let mut kept = test.writing();
        for plugin in 0..=MOST_PLUGINS {
            let file = PathBuf::from(format!("/plugins/{plugin}.wasm"));
            kept.own.insert(stem(&file), 1);
        }
        let file = Path::new("/plugins/another.wasm");
        kept.keep(file, b"one", &names(&["acme"]));
        assert_eq!(kept.component(file), None, "too many");

        let mut kept = test.writing();
        kept.own
            .insert(stem(Path::new("/plugins/large.wasm")), MOST_BYTES - 2);
        kept.keep(file, b"one", &names(&["acme"]));
        assert_eq!(kept.component(file), None, "too large together");
        kept.keep(file, b"ab", &names(&["acme"]));
        assert_eq!(kept.component(file).as_deref(), Some(b"ab".as_slice()));
    }
}
