use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, process};

use anyhow::{Context as _, Result};
use bellpull_engine::Digest;

/// Where the store is, for whoever keeps it longer than a checkout.
const PLACE: &str = "BELLPULL_COMPONENT_STORE";
/// What no build has used for so long is deleted.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Files by the digest of all that they are made from. It belongs to the checkout, so that every
/// target directory shares it.
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store that the environment names, else that of the checkout; where nothing can be written
    /// there, one of this build alone.
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

    /// Whether there is such a file, which from now on counts as used.
    pub(crate) fn has(&self, name: &str) -> bool {
        let file = File::options().append(true).open(self.path(name));
        file.and_then(|file| file.set_modified(SystemTime::now()))
            .is_ok()
    }

    /// Has `make` make `what`, unless it is there.
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

    /// Another build may write the same at the same time: each file appears whole.
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
                // Another build may have been quicker.
                drop(fs::remove_file(entry.path()));
            }
        }
        Ok(())
    }
}

/// The name of what is made from that.
pub(crate) fn name(from: Digest, what: &str) -> String {
    let digest = from.to_string();
    let hex = digest.trim_start_matches("sha256:");
    format!("{hex}.{what}")
}
