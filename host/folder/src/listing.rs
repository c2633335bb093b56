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

/// Files of a directory. A directory given by mistake, such as `/`, must not fill the memory.
const MAX_FILES: usize = 10_000;
/// Bytes of one manifest.
const MAX_FILE: u64 = 16 << 20;

/// The coarsest resolution of a file system's clock, in seconds.
const TICK: u64 = 2;

/// The state of a file. Two stamps differ when the file may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The target of its symlinks. A mounted ConfigMap changes only by a symlink.
    real: PathBuf,
    modified: Option<SystemTime>,
    /// When contents, rights or name changed (ctime), as seconds and nanoseconds since 1970. Unlike
    /// `modified`, no program can set it.
    changed: (i64, i64),
    length: u64,
}

impl Stamp {
    /// The path of the file without symlinks.
    #[must_use]
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// Whether the stamp was old enough when the file was read. A coarse clock gives two changes in
    /// short order the same time, and the second one would go unnoticed.
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
    pub files: BTreeMap<PathBuf, Stamp>,
    pub errors: Vec<ManifestError>,
    /// Paths below which nothing can be read.
    blind: Vec<PathBuf>,
}

impl Listing {
    /// Whether `path` lies where nothing can be read, so that it may exist or not.
    #[must_use]
    pub fn is_blind_to(&self, path: &Path) -> bool {
        !self.files.contains_key(path) && self.blind.iter().any(|blind| path.starts_with(blind))
    }

    fn blind(&mut self, path: &Path, message: String) {
        self.blind.push(path.to_owned());
        self.errors.push(of_file(path, message));
    }
}

/// Lists the files below `dir` that have one of the extensions.
///
/// Hidden entries are left out. Among them is the `..data` of a mounted ConfigMap or Secret, whose files
/// are symlinks through it (Kubernetes, `pkg/volume/util/atomic_writer.go`). A file that several paths
/// lead to counts once: under its own path if that lies below `dir`, else under the first symlink.
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
            Ok(entry) if entry.file_type().is_dir() || !has_extension(entry.path(), extensions) => {
            }
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
            // A symlink to a parent directory adds no files.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().unwrap_or(dir).to_owned();
                // A dangling symlink counts only if its name has one of the extensions.
                let dangling = fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink());
                if !dangling || has_extension(&path, extensions) {
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

/// Reads a manifest. The text is wiped on drop, since it may hold a Secret.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, ManifestError> {
    let mut bytes = Zeroizing::new(Vec::new());
    // Without this flag, opening a named pipe would wait for a writer.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(|error| of_file(path, unreadable(&error)))?;
    // The open file is checked, since the path may lead to another one by now.
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        return Err(of_file(path, "is not a regular file".to_owned()));
    }
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| of_file(path, unreadable(&error)))?;
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("has more than {MAX_FILE} bytes: split it");
        return Err(of_file(path, message));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(of_file(path, "is not UTF-8: save it as UTF-8".to_owned())),
    }
}

fn of_file(path: &Path, message: String) -> ManifestError {
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

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
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
