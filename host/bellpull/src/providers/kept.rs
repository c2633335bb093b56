use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bellpull_engine::Digest;
use bellpull_folder::Listing;
use serde::{Deserialize, Serialize};

use super::cache::{Cache, Kind};
use super::prune::Bound;
use crate::settings::CacheArgs;

/// Two files for each plugin's. Those of other processes make room for this one's.
const SERVED: Kind = Kind {
    folder: "served",
    bound: Bound {
        bytes: 1 << 30,
        files: 2_000,
        endings: &[RECORD, COMPONENT],
    },
};
/// Of those, what one process keeps.
const MOST_PLUGINS: usize = 900;
const MOST_BYTES: u64 = 960 << 20;

const RECORD: &str = ".json";
const COMPONENT: &str = ".wasm";

/// For each file of the plugin directories the last version of it that loaded, and the names that it
/// served: what a process that begins anew is to go on with. Kept under a MAC beside the compiled
/// components, as WebAssembly, so that another Bellpull can compile it too.
#[derive(Default)]
pub struct Kept {
    cache: Option<Cache>,
    folders: Vec<PathBuf>,
    writes: bool,
    /// What this process has written or found to be right, by its files' stem, with its bytes.
    own: BTreeMap<String, u64>,
}

/// Of one file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// Where it is, from the root.
    pub(super) file: PathBuf,
    /// The names that it served.
    pub(super) names: BTreeSet<String>,
}

impl Kept {
    /// What was kept of the files of these directories, to be read alone.
    pub(crate) fn reading(arguments: &CacheArgs, folders: &[PathBuf]) -> Self {
        Self {
            cache: Some(Cache::of(arguments, &SERVED)),
            folders: folders.iter().map(|folder| absolute(folder)).collect(),
            writes: false,
            own: BTreeMap::new(),
        }
    }

    /// The same, to be kept from now on.
    pub(crate) fn writing(arguments: &CacheArgs, folders: &[PathBuf]) -> Self {
        Self {
            writes: true,
            ..Self::reading(arguments, folders)
        }
    }

    /// What is known of files of the directories.
    pub(super) fn records(&self) -> Vec<Record> {
        let Some(cache) = &self.cache else {
            return Vec::new();
        };
        let names = cache.names(RECORD);
        let records = names.iter().filter_map(|name| {
            let record: Record = serde_json::from_slice(&cache.peek_file(name)?).ok()?;
            let ours = |folder: &PathBuf| record.file.starts_with(folder);
            self.folders.iter().any(ours).then_some(record)
        });
        records.collect()
    }

    /// The last version of a file that loaded.
    pub(super) fn component(&mut self, file: &Path) -> Option<Vec<u8>> {
        let stem = stem(file);
        let cache = self.cache.as_ref()?;
        cache.peek_file(&format!("{stem}{RECORD}"))?;
        let wasm = cache.peek_file(&format!("{stem}{COMPONENT}"))?;
        self.own.insert(stem, wasm.len() as u64);
        Some(wasm)
    }

    /// Keeps a version of a file that loads, and the names that are the file's.
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
        let kept = cache.get_file(&component);
        self.own.insert(stem, length);
        self.names(file, names);
        if kept.as_deref() != Some(wasm) {
            self.put(&component, wasm);
        }
    }

    /// Keeps the names that a file serves.
    pub(super) fn names(&self, file: &Path, names: &BTreeSet<String>) {
        let Some(cache) = self.cache.as_ref().filter(|_| self.writes) else {
            return;
        };
        let record = Record {
            file: absolute(file),
            names: names.clone(),
        };
        let name = format!("{}{RECORD}", stem(file));
        match serde_json::to_vec(&record) {
            Ok(content) if cache.get_file(&name).as_deref() == Some(&*content) => {}
            Ok(content) => self.put(&name, &content),
            Err(error) => {
                let file = file.display();
                tracing::warn!(%file, %error, "not keeping which names a plugin serves");
            }
        }
    }

    /// Forgets a file that is gone.
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

/// A path from the root, with its symlinks: a mounted ConfigMap changes by them, and its files stay
/// what they are.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A path from the root as these listings of the directories have it, or would.
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

    struct World {
        cache: tempfile::TempDir,
        plugins: PathBuf,
    }

    impl World {
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

        fn writing(&self) -> Kept {
            Kept::writing(&self.arguments(), std::slice::from_ref(&self.plugins))
        }

        fn reading(&self) -> Kept {
            Kept::reading(&self.arguments(), std::slice::from_ref(&self.plugins))
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn known(kept: &Kept) -> Vec<(PathBuf, Vec<String>)> {
        let mut known: Vec<_> = kept
            .records()
            .into_iter()
            .map(|record| (record.file, record.names.into_iter().collect()))
            .collect();
        known.sort();
        known
    }

    #[test]
    fn what_a_file_was_is_known_to_the_next_process_until_it_is_gone() {
        let world = World::new();
        let file = Path::new("/plugins/a.wasm");
        let mut first = world.writing();
        first.keep(file, b"one", &names(&[]));
        first.names(file, &names(&["acme"]));
        let mut next = world.reading();
        assert_eq!(known(&next), [(file.to_owned(), vec!["acme".to_owned()])]);
        assert_eq!(next.component(file).as_deref(), Some(b"one".as_slice()));

        first.keep(file, b"two", &names(&["acme"]));
        assert_eq!(next.component(file).as_deref(), Some(b"two".as_slice()));

        first.forget(file);
        assert_eq!(known(&next), []);
        assert_eq!(next.component(file), None);
    }

    #[test]
    fn files_of_other_directories_are_other_processes() {
        let world = World::new();
        let mut other = Kept::writing(&world.arguments(), &[PathBuf::from("/others")]);
        let file = Path::new("/others/a.wasm");
        other.keep(file, b"one", &names(&["acme"]));
        assert_eq!(known(&world.reading()), []);
        assert_eq!(known(&other).len(), 1);
    }

    #[test]
    fn who_reads_alone_changes_nothing() {
        let world = World::new();
        let file = Path::new("/plugins/a.wasm");
        let mut reading = world.reading();
        reading.keep(file, b"one", &names(&["acme"]));
        assert_eq!(known(&reading), []);
        world.writing().keep(file, b"one", &names(&["acme"]));
        reading.forget(file);
        reading.names(file, &names(&["other"]));
        assert_eq!(
            known(&reading),
            [(file.to_owned(), vec!["acme".to_owned()])]
        );
    }

    #[test]
    fn what_others_changed_is_not_taken() {
        let world = World::new();
        let file = Path::new("/plugins/a.wasm");
        world.writing().keep(file, b"one", &names(&["acme"]));
        let served = world.cache.path().join("served");
        for ending in [COMPONENT, RECORD] {
            let path = served.join(format!("{}{ending}", stem(file)));
            let mut content = std::fs::read(&path).unwrap();
            *content.last_mut().unwrap() ^= 1;
            std::fs::write(&path, content).unwrap();
        }
        assert_eq!(known(&world.reading()), []);
        assert_eq!(world.reading().component(file), None);
    }

    #[test]
    fn no_more_is_kept_than_a_process_may_keep() {
        let world = World::new();
        let mut kept = world.writing();
        for plugin in 0..=MOST_PLUGINS {
            let file = PathBuf::from(format!("/plugins/{plugin}.wasm"));
            kept.own.insert(stem(&file), 1);
        }
        let file = Path::new("/plugins/another.wasm");
        kept.keep(file, b"one", &names(&["acme"]));
        assert_eq!(kept.component(file), None, "too many");

        let mut kept = world.writing();
        kept.own
            .insert(stem(Path::new("/plugins/large.wasm")), MOST_BYTES - 2);
        kept.keep(file, b"one", &names(&["acme"]));
        assert_eq!(kept.component(file), None, "too large together");
        kept.keep(file, b"ab", &names(&["acme"]));
        assert_eq!(kept.component(file).as_deref(), Some(b"ab".as_slice()));
    }
}
