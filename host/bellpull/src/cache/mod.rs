//! Files that Bellpull keeps for itself in `--cache-dir`, each under a MAC.

mod private;
mod prune;

use std::fs::{self, DirBuilder};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::settings::CacheArgs;
pub(crate) use prune::CacheBound;

/// Bytes of the key and of each MAC.
const KEY: usize = 32;
/// The file that holds the key.
const KEY_FILE: &str = "key";

/// A subdirectory of the cache that holds files of one kind.
pub(crate) struct CacheFolder {
    pub(crate) name: &'static str,
    pub(crate) bound: CacheBound,
}

/// One subdirectory of the cache. Its files are compiled components (machine code), plugins that have
/// served, how Receivers authenticated, or certificates with their keys. A file is read only from a
/// directory that nobody else can write, and only if its MAC fits the key that was made there at first
/// use. A broken cache costs time, not service.
pub(crate) struct Cache {
    folder: Option<PathBuf>,
    bound: CacheBound,
}

impl Cache {
    pub(crate) fn open(arguments: &CacheArgs, folder: &CacheFolder) -> Self {
        let cache = arguments.cache_dir.clone().or_else(default_folder);
        Self {
            folder: cache.map(|cache| cache.join(folder.name)),
            bound: folder.bound,
        }
    }

    /// The file's content, if this user's Bellpull wrote it. Reading counts as use.
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name, true)
    }

    /// The same, but reading does not count as use.
    pub(crate) fn peek(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name, false)
    }

    fn read(&self, name: &str, counts_as_use: bool) -> Option<Vec<u8>> {
        let folder = self.present()?;
        match read(folder, name, counts_as_use) {
            Ok(content) => content,
            Err(error) => {
                warn(&error, "not reading");
                None
            }
        }
    }

    pub(crate) fn put(&self, name: &str, content: &[u8]) {
        self.put_sparing(name, content, |_| false);
    }

    /// Writes a file. Older files make room for it, except those that `spares` accepts.
    pub(crate) fn put_sparing(&self, name: &str, content: &[u8], spares: impl Fn(&str) -> bool) {
        let Some(folder) = &self.folder else { return };
        let spares = |other: &str| other == name || spares(other);
        if let Err(error) = self.put_in(folder, name, content, spares) {
            warn(&error, "not writing");
        }
    }

    /// Writes a file that must be there at the next start.
    ///
    /// # Errors
    /// When it cannot be written, or there is no cache.
    pub(crate) fn keep(&self, name: &str, content: &[u8]) -> Result<()> {
        let folder = self.folder.as_ref();
        let folder = folder.context("this user has no home directory, and so no cache")?;
        self.put_in(folder, name, content, |other| other == name)
    }

    fn put_in(
        &self,
        folder: &Path,
        name: &str,
        content: &[u8],
        spares: impl Fn(&str) -> bool,
    ) -> Result<()> {
        write(folder, name, content)?;
        prune::prune(folder, &self.bound, spares)
    }

    /// The names of the files with this ending.
    pub(crate) fn names(&self, ending: &str) -> Vec<String> {
        let entries = self.present().map(fs::read_dir);
        let entries = entries.into_iter().flatten().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.ends_with(ending)).collect()
    }

    /// Removes a file, if it exists.
    pub(crate) fn remove(&self, name: &str) {
        if let Some(folder) = self.present()
            && let Err(error) =
                private::check_folder(folder).and_then(|()| prune::remove(&folder.join(name)))
        {
            warn(&error, "not removing from");
        }
    }

    fn present(&self) -> Option<&Path> {
        self.folder.as_deref().filter(|folder| folder.exists())
    }
}

fn default_folder() -> Option<PathBuf> {
    let caches = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))?;
    Some(caches.join("bellpull"))
}

fn read(folder: &Path, name: &str, counts_as_use: bool) -> Result<Option<Vec<u8>>> {
    private::check_folder(folder)?;
    let path = folder.join(name);
    let mut file = match private::open(&path) {
        Ok(file) => file,
        Err(error) if private::is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut mac = [0; KEY];
    let mut content = Vec::new();
    file.read_exact(&mut mac)
        .and_then(|()| file.read_to_end(&mut content))
        .with_context(|| path.display().to_string())?;
    let key = match read_key(folder) {
        Ok(key) => key,
        // Without its key nobody can tell who wrote the file.
        Err(error) if private::is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    authenticator(&key, name, &content)?
        .verify_slice(&mac)
        .with_context(|| {
            format!(
                "{} was not written by this Bellpull, or was changed since; it is not loaded and \
                 will be replaced",
                path.display()
            )
        })?;
    // Pruning removes what was used longest ago.
    if counts_as_use {
        file.set_modified(SystemTime::now())?;
    }
    Ok(Some(content))
}

fn write(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("making {}", folder.display()))?;
    private::check_folder(folder)?;
    let key = match read_key(folder) {
        Err(error) if private::is_absent(&error) => make_key(folder)?,
        read => read?,
    };
    let mac = authenticator(&key, name, content)?.finalize();
    // Whole or not at all: another process may read at this moment.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&mac.into_bytes())?;
    temporary.write_all(content)?;
    temporary.persist(folder.join(name))?;
    Ok(())
}

/// The MAC covers the file's name, so that one component's code cannot stand in for another's.
fn authenticator(key: &[u8; KEY], name: &str, content: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(name.as_bytes());
    mac.update(b"\0");
    mac.update(content);
    Ok(mac)
}

fn read_key(folder: &Path) -> Result<Zeroizing<[u8; KEY]>> {
    let path = folder.join(KEY_FILE);
    let mut file = private::open(&path)?;
    let mode = file.metadata()?.mode() & 0o777;
    ensure!(
        mode == 0o600,
        "{} has mode {mode:o}, so other users may know the key: remove it, and a new one is made",
        path.display()
    );
    let mut key = Zeroizing::new([0; KEY]);
    file.read_exact(&mut *key)
        .with_context(|| format!("{} is too short: remove it", path.display()))?;
    Ok(key)
}

/// If two processes make a key at once, both use that of the first.
fn make_key(folder: &Path) -> Result<Zeroizing<[u8; KEY]>> {
    let mut key = Zeroizing::new([0; KEY]);
    getrandom::fill(&mut *key).context("making a key")?;
    // `NamedTempFile` makes files of mode 0600.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&*key)?;
    match temporary.persist_noclobber(folder.join(KEY_FILE)) {
        Ok(_) => Ok(key),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => read_key(folder),
        Err(error) => Err(error.error).context("keeping a key"),
    }
}

fn warn(error: &anyhow::Error, what: &str) {
    tracing::warn!(error = format!("{error:#}"), "{what} the cache");
}

#[cfg(test)]
mod tests;
