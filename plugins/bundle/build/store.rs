use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, process};

use anyhow::{Context as _, Result};
use bellpull_engine::Digest;

/// The environment variable that names the folder of the store, for stores that outlive a checkout.
const PLACE: &str = "BELLPULL_COMPONENT_STORE";
/// A file that no build has used for this long is deleted.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Files by the digest of everything that they are made from. The store belongs to the checkout, so
/// every target directory shares it.
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens the store that the environment names, or that of the checkout. If that folder cannot
    /// be written, the store is one of this build alone.
    pub(crate) fn open(root: &Path, out: &Path) -> Result<Self> {
        println!("cargo::rerun-if-env-changed={PLACE}");
        let named = env::var_os(PLACE).map(PathBuf::from);
        let folder = named.unwrap_or_else(|| root.join("target/components"));
        let folder = match fs::create_dir_all(&folder) {
            Ok(()) => folder,
            Err(_) => out.join("components"),
        };
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether there is such a file. It counts as used now.
    pub(crate) fn has(&self, name: &str) -> bool {
        let file = File::options().append(true).open(self.path(name));
        file.and_then(|file| file.set_modified(SystemTime::now()))
            .is_ok()
    }

    /// Keeps the result of `make` under this name, unless the file exists.
    pub(crate) fn keep(
        &self,
        name: &str,
        what: &str,
        make: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<()> {
        if self.has(name) {
            return Ok(());
        }
        eprintln!("making {what}");
        let bytes = make()?;
        self.write(name, &bytes)
            .with_context(|| format!("writing {}", self.path(name).display()))
    }

    /// Another build may write the same file at the same time, so a file appears only when it is
    /// complete.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.path(&format!("{name}.{}.new", process::id()));
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, self.path(name))
    }

    pub(crate) fn forget_what_is_old(&self) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let age = metadata.modified()?.elapsed().unwrap_or_default();
            if metadata.is_file() && age > KEPT {
                // Another build may have removed it first.
                drop(fs::remove_file(entry.path()));
            }
        }
        Ok(())
    }
}

/// The name of a file that is made from inputs with this digest.
pub(crate) fn name(from: Digest, what: &str) -> String {
    let digest = from.to_string();
    let hex = digest.trim_start_matches("sha256:");
    format!("{hex}.{what}")
}
