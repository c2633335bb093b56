use std::fs::{self, DirBuilder, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use bellpull_engine::Digest;

use crate::settings::CacheArgs;

/// What an artefact depends on.
pub(super) struct Key {
    pub(super) digest: Digest,
    pub(super) compatibility: String,
}

/// Artefacts that the compiling child wrote. They are machine code, so they are taken only from a
/// directory that nobody else can write. Whatever is wrong with the cache costs time, not service.
pub(super) struct Cache(Option<PathBuf>);

impl Cache {
    pub(super) fn new(arguments: &CacheArgs) -> Self {
        let folder = arguments.cache_dir.clone().or_else(default_folder);
        Self(folder.map(|folder| folder.join("compiled")))
    }

    pub(super) fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let folder = self.0.as_deref().filter(|folder| folder.exists())?;
        if let Err(error) = check_private(folder) {
            warn(&error, "not reading");
            return None;
        }
        fs::read(folder.join(key.file())).ok()
    }

    pub(super) fn put(&self, key: &Key, artefact: &[u8]) {
        if let Some(folder) = &self.0
            && let Err(error) = write(folder, &key.file(), artefact)
        {
            warn(&error, "not writing");
        }
    }
}

impl Key {
    fn file(&self) -> String {
        let digest = self.digest.to_string().replace(':', "-");
        format!("{digest}-{}.cwasm", self.compatibility)
    }
}

fn default_folder() -> Option<PathBuf> {
    let caches = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))?;
    Some(caches.join("bellpull"))
}

fn write(folder: &Path, file: &str, artefact: &[u8]) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .context("making the folder")?;
    check_private(folder)?;
    // Whole or not at all: another process may read at this moment.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(artefact)?;
    temporary
        .as_file()
        .set_permissions(Permissions::from_mode(0o600))?;
    temporary.persist(folder.join(file))?;
    Ok(())
}

fn check_private(folder: &Path) -> Result<()> {
    let metadata = fs::metadata(folder)?;
    let user = rustix::process::geteuid().as_raw();
    ensure!(
        metadata.uid() == user,
        "it belongs to another user (uid {})",
        metadata.uid()
    );
    ensure!(
        metadata.mode() & 0o022 == 0,
        "others can write it: `chmod go-w` it"
    );
    Ok(())
}

fn warn(error: &anyhow::Error, what: &str) {
    tracing::warn!(
        error = format!("{error:#}"),
        "{what} the cache of compiled components"
    );
}
