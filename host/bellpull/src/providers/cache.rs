use std::fs::{self, DirBuilder};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use bellpull_engine::Digest;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::own;
use super::prune::{self, Bound};
use crate::settings::CacheArgs;

/// Bytes of the key and of each MAC.
const KEY: usize = 32;
/// The file that holds the key.
const KEY_FILE: &str = "key";

/// What an artefact depends on.
pub(super) struct Key {
    pub(super) digest: Digest,
    pub(super) compatibility: String,
}

impl Key {
    fn file(&self) -> String {
        let digest = self.digest.to_string().replace(':', "-");
        format!("{digest}-{}.cwasm", self.compatibility)
    }
}

/// One kind of files in the cache.
pub(super) struct Kind {
    /// Their folder.
    pub(super) folder: &'static str,
    /// How many there may be.
    pub(super) bound: Bound,
}

/// Compiled components: thirty of the largest that are known.
pub(super) const COMPILED: Kind = Kind {
    folder: "compiled",
    bound: Bound {
        bytes: 1 << 30,
        files: 10_000,
        endings: &[".cwasm"],
    },
};

/// What Bellpull wrote for itself: artefacts of the compiling child, which are machine code, plugins
/// that have served, and how Receivers authenticated. It is taken only from a directory that nobody else can write, and only
/// with a MAC under a key that was made there at first use. Whatever is wrong with the cache costs
/// time, not service.
pub(super) struct Cache {
    folder: Option<PathBuf>,
    bound: Bound,
}

impl Cache {
    /// That of one kind of files.
    pub(super) fn of(arguments: &CacheArgs, kind: &Kind) -> Self {
        let folder = arguments.cache_dir.clone().or_else(default_folder);
        Self {
            folder: folder.map(|folder| folder.join(kind.folder)),
            bound: kind.bound,
        }
    }

    /// The artefact, if one is there that this user's Bellpull wrote.
    pub(super) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        self.get_file(&key.file())
    }

    pub(super) fn put(&self, key: &Key, artefact: &[u8]) {
        self.put_file(&key.file(), artefact);
    }

    /// A file, if one of that name is there that this user's Bellpull wrote.
    pub(super) fn get_file(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name, true)
    }

    /// The same, without its counting as used.
    pub(super) fn peek_file(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name, false)
    }

    fn read(&self, name: &str, uses: bool) -> Option<Vec<u8>> {
        let folder = self.present()?;
        match read(folder, name, uses) {
            Ok(content) => content,
            Err(error) => {
                warn(&error, "not reading");
                None
            }
        }
    }

    pub(super) fn put_file(&self, name: &str, content: &[u8]) {
        self.put_sparing(name, content, |_| false);
    }

    /// Puts a file, for which those that `spares` names do not make room.
    pub(super) fn put_sparing(&self, name: &str, content: &[u8], spares: impl Fn(&str) -> bool) {
        let Some(folder) = &self.folder else { return };
        let spares = |other: &str| other == name || spares(other);
        let written = write(folder, name, content);
        if let Err(error) = written.and_then(|()| prune::prune(folder, &self.bound, spares)) {
            warn(&error, "not writing");
        }
    }

    /// The names of the files that end so.
    pub(super) fn names(&self, ending: &str) -> Vec<String> {
        let entries = self.present().map(fs::read_dir);
        let entries = entries.into_iter().flatten().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.ends_with(ending)).collect()
    }

    /// Removes a file, if one of that name is there.
    pub(super) fn remove(&self, name: &str) {
        if let Some(folder) = self.present()
            && let Err(error) =
                own::check_private(folder).and_then(|()| prune::remove(&folder.join(name)))
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

fn read(folder: &Path, name: &str, uses: bool) -> Result<Option<Vec<u8>>> {
    own::check_private(folder)?;
    let path = folder.join(name);
    let mut file = match own::open(&path) {
        Ok(file) => file,
        Err(error) if own::is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut mac = [0; KEY];
    let mut artefact = Vec::new();
    file.read_exact(&mut mac)
        .and_then(|()| file.read_to_end(&mut artefact))
        .with_context(|| path.display().to_string())?;
    let secret = match read_secret(folder) {
        Ok(secret) => secret,
        // Without its key nobody can tell who wrote it.
        Err(error) if own::is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    authenticator(&secret, name, &artefact)?
        .verify_slice(&mac)
        .with_context(|| {
            format!(
                "{} was not written by this Bellpull, or was changed since; it is not loaded and \
                 will be replaced",
                path.display()
            )
        })?;
    // What is used stays longest.
    if uses {
        file.set_modified(SystemTime::now())?;
    }
    Ok(Some(artefact))
}

fn write(folder: &Path, name: &str, artefact: &[u8]) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("making {}", folder.display()))?;
    own::check_private(folder)?;
    let secret = match read_secret(folder) {
        Err(error) if own::is_absent(&error) => make_secret(folder)?,
        read => read?,
    };
    let mac = authenticator(&secret, name, artefact)?.finalize();
    // Whole or not at all: another process may read at this moment.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&mac.into_bytes())?;
    temporary.write_all(artefact)?;
    temporary.persist(folder.join(name))?;
    Ok(())
}

/// The MAC covers the file's name, so that one component's code cannot stand in for another's.
fn authenticator(secret: &[u8; KEY], name: &str, artefact: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret)?;
    mac.update(name.as_bytes());
    mac.update(b"\0");
    mac.update(artefact);
    Ok(mac)
}

fn read_secret(folder: &Path) -> Result<Zeroizing<[u8; KEY]>> {
    let path = folder.join(KEY_FILE);
    let mut file = own::open(&path)?;
    let mode = file.metadata()?.mode() & 0o777;
    ensure!(
        mode == 0o600,
        "{} has mode {mode:o}: others may know it, so remove it; a new one is made",
        path.display()
    );
    let mut secret = Zeroizing::new([0; KEY]);
    file.read_exact(&mut *secret)
        .with_context(|| format!("{} is cut: remove it", path.display()))?;
    Ok(secret)
}

/// Of two processes that make a key at once, both take the first one's.
fn make_secret(folder: &Path) -> Result<Zeroizing<[u8; KEY]>> {
    let mut secret = Zeroizing::new([0; KEY]);
    getrandom::fill(&mut *secret).context("making a key")?;
    // `NamedTempFile` makes files of mode 0600.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(&*secret)?;
    match temporary.persist_noclobber(folder.join(KEY_FILE)) {
        Ok(_) => Ok(secret),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => read_secret(folder),
        Err(error) => Err(error.error).context("keeping a key"),
    }
}

fn warn(error: &anyhow::Error, what: &str) {
    tracing::warn!(error = format!("{error:#}"), "{what} the cache");
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn cache(folder: &Path) -> Cache {
        let arguments = CacheArgs {
            cache_dir: Some(folder.to_owned()),
            ..CacheArgs::default()
        };
        Cache::of(&arguments, &COMPILED)
    }

    fn key(of: &[u8]) -> Key {
        Key {
            digest: Digest::of(of),
            compatibility: "0".to_owned(),
        }
    }

    fn file(folder: &Path, key: &Key) -> PathBuf {
        folder.join("compiled").join(key.file())
    }

    #[test]
    fn gives_back_what_was_put() {
        let folder = tempfile::tempdir().unwrap();
        cache(folder.path()).put(&key(b"a"), b"code");
        let got = cache(folder.path()).get(&key(b"a"));
        assert_eq!(got.as_deref(), Some(b"code".as_slice()));
        assert_eq!(cache(folder.path()).get(&key(b"b")), None);
        let made = fs::metadata(folder.path().join("compiled/key")).unwrap();
        assert_eq!(made.mode() & 0o777, 0o600);
    }

    /// Does something to a cache that holds `code` for `a`; the code must not be given out then.
    fn spoilt(spoil: impl Fn(&Path, &Path)) {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        cache.put(&key(b"a"), b"code");
        spoil(
            &folder.path().join("compiled"),
            &file(folder.path(), &key(b"a")),
        );
        assert_eq!(cache.get(&key(b"a")), None);
    }

    #[test]
    fn a_changed_file_is_not_loaded() {
        spoilt(|_, file| {
            let mut bytes = fs::read(file).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(file, bytes).unwrap();
        });
    }

    #[test]
    fn a_cut_file_is_not_loaded() {
        spoilt(|_, file| fs::write(file, b"short").unwrap());
    }

    #[test]
    fn another_components_code_is_not_loaded() {
        spoilt(|folder, file| {
            cache(folder.parent().unwrap()).put(&key(b"b"), b"other");
            let other = folder.join(key(b"b").file());
            fs::copy(other, file).unwrap();
        });
    }

    #[test]
    fn a_file_of_another_cache_is_not_loaded() {
        spoilt(|_, file| {
            let foreign = tempfile::tempdir().unwrap();
            cache(foreign.path()).put(&key(b"a"), b"evil");
            let foreign = foreign.path().join("compiled").join(key(b"a").file());
            fs::copy(foreign, file).unwrap();
        });
    }

    #[test]
    fn a_directory_that_others_write_is_not_read() {
        spoilt(|folder, _| fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap());
    }

    #[test]
    fn a_key_that_others_read_counts_no_more() {
        spoilt(|folder, _| {
            fs::set_permissions(folder.join("key"), Permissions::from_mode(0o644)).unwrap();
        });
    }

    #[test]
    fn a_lost_key_is_made_anew_and_the_old_files_count_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        cache.put(&key(b"a"), b"code");
        fs::remove_file(folder.path().join("compiled/key")).unwrap();
        assert_eq!(cache.get(&key(b"a")), None);
        cache.put(&key(b"b"), b"code");
        assert!(cache.get(&key(b"b")).is_some());
        assert_eq!(cache.get(&key(b"a")), None, "made under the lost key");
    }

    #[test]
    fn a_symlink_is_not_followed() {
        spoilt(|folder, file| {
            let moved = folder.join("moved");
            fs::rename(file, &moved).unwrap();
            symlink(&moved, file).unwrap();
        });
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        spoilt(|_, file| {
            fs::remove_file(file).unwrap();
            let kind = rustix::fs::FileType::Fifo;
            rustix::fs::mknodat(rustix::fs::CWD, file, kind, 0o600.into(), 0).unwrap();
        });
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_no_outage() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("file");
        fs::write(&blocked, b"").unwrap();
        let cache = cache(&blocked);
        cache.put(&key(b"a"), b"code");
        assert_eq!(cache.get(&key(b"a")), None);
    }
}
