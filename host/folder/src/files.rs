use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::OFlags;
use walkdir::{DirEntry, WalkDir};
use zeroize::Zeroizing;

use crate::ManifestError;

/// Files of a directory: a mistaken one such as `/` must not fill the memory.
const MAX_FILES: usize = 10_000;
/// One manifest, bytes.
const MAX_FILE: u64 = 16 << 20;

/// How long a file's times may stand still, seconds.
const TICK: u64 = 2;

/// What tells one state of a file from another without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Where its symlinks lead: a mounted ConfigMap changes by a symlink alone.
    real: PathBuf,
    modified: Option<SystemTime>,
    /// Contents, rights or name, seconds and nanoseconds since 1970: nobody can set it.
    changed: (i64, i64),
    length: u64,
}

impl Stamp {
    /// Where the file really is.
    #[must_use]
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// Whether the file cannot have changed unseen since it was read: a clock that ticks seldom
    /// gives two changes one time.
    pub(crate) fn settled_at(&self, read: SystemTime) -> bool {
        let (seconds, _) = self.changed;
        let read = read
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(seconds).is_ok_and(|seconds| seconds + TICK < read.as_secs())
    }
}

/// The files of a directory at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Each with what tells that it has changed.
    pub files: BTreeMap<PathBuf, Stamp>,
    /// What cannot be read.
    pub errors: Vec<ManifestError>,
    blind: Vec<PathBuf>,
}

impl Listing {
    /// Whether nothing can be said of `path`: it lies where nothing can be read, so that it is
    /// neither present nor gone.
    #[must_use]
    pub fn is_blind_to(&self, path: &Path) -> bool {
        !self.files.contains_key(path) && self.blind.iter().any(|blind| path.starts_with(blind))
    }

    fn blind(&mut self, path: &Path, message: String) {
        self.blind.push(path.to_owned());
        self.errors.push(whole(path, message));
    }
}

/// Lists the files below `dir` that have one of the extensions. Hidden entries are left out, and with them the `..data` of a
/// mounted ConfigMap or Secret, whose files are symlinks through it (Kubernetes,
/// `pkg/volume/util/atomic_writer.go`). A file that is reached by several ways counts once: as what it
/// is, if it lies there itself, else as the first symlink to it.
pub(crate) fn list(dir: &Path, extensions: &[&str]) -> Listing {
    let mut listing = Listing::default();
    if fs::metadata(dir).is_ok_and(|metadata| !metadata.is_dir()) {
        listing.blind(
            dir,
            "is not a directory: name the one that holds it".to_owned(),
        );
        return listing;
    }
    let root = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let mut seen = HashMap::new();
    let entries = WalkDir::new(dir)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_dir() || !is_one(entry.path(), extensions) => {}
            Ok(_) if listing.files.len() == MAX_FILES => {
                let message = format!("holds more than {MAX_FILES} files, the rest is not read");
                listing.blind(dir, message);
                break;
            }
            Ok(entry) => match stamp(&entry) {
                Ok(stamp) => {
                    let inside = entry.path().strip_prefix(dir).ok();
                    let itself = inside.is_some_and(|inside| root.join(inside) == stamp.real);
                    let path = entry.into_path();
                    let before = seen.insert(stamp.real.clone(), path.clone());
                    match before {
                        Some(before) if !itself => drop(seen.insert(stamp.real, before)),
                        before => {
                            before.map(|before| listing.files.remove(&before));
                            listing.files.insert(path, stamp);
                        }
                    }
                }
                Err(error) => listing.blind(entry.path(), unreadable(&error)),
            },
            // A directory that a symlink leads back to is read where it stands.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().unwrap_or(dir).to_owned();
                // A symlink to nowhere matters only if such a file is to be there.
                let dangling = fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink());
                if !dangling || is_one(&path, extensions) {
                    let reason = error
                        .io_error()
                        .map_or_else(|| error.to_string(), unreadable);
                    listing.blind(&path, reason);
                }
            }
        }
    }
    listing
}

/// Reads a manifest as text that is wiped on drop: it may hold a Secret.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, ManifestError> {
    let mut bytes = Zeroizing::new(Vec::new());
    // To open a pipe would wait for whoever writes into it.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(|error| whole(path, unreadable(&error)))?;
    // Of what was opened: what is under the name may be another thing by now.
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        return Err(whole(path, "is not a regular file".to_owned()));
    }
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| whole(path, unreadable(&error)))?;
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("has more than {MAX_FILE} bytes: split it");
        return Err(whole(path, message));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(whole(path, "is not UTF-8: save it as UTF-8".to_owned())),
    }
}

fn whole(path: &Path, message: String) -> ManifestError {
    ManifestError {
        file: path.to_owned(),
        place: None,
        message,
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {error}")
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_one(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|extension| {
        extensions
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn stamp(entry: &DirEntry) -> std::io::Result<Stamp> {
    let metadata = fs::metadata(entry.path())?;
    Ok(Stamp {
        real: fs::canonicalize(entry.path())?,
        modified: metadata.modified().ok(),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
        length: metadata.len(),
    })
}
