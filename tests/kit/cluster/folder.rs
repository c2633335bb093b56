//! Folders of running programs.

use std::fs::{self, File};
use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

use crate::go::workshop;

const OWNER: &str = "owner.lock";

/// A folder that this process alone uses. It is removed with the value, or, after a kill,
/// by the next process that makes such a folder.
pub(super) struct PrivateFolder {
    folder: TempDir,
    /// A lock. The kernel releases it however the process ends.
    _owner: File,
}

impl PrivateFolder {
    /// # Errors
    /// When none can be made.
    pub(super) fn new(name: &str) -> Result<Self> {
        let all = workshop()?.join("run");
        fs::create_dir_all(&all)?;
        // Nobody sweeps between a folder's creation and the lock in it.
        let creation = File::create(all.join("creation.lock"))?;
        creation.lock()?;
        sweep(&all)?;
        let folder = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(&all)?;
        let owner = File::create(folder.path().join(OWNER))?;
        owner.lock()?;
        Ok(Self {
            folder,
            _owner: owner,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders of processes that have ended.
fn sweep(all: &Path) -> Result<()> {
    for entry in fs::read_dir(all)? {
        let folder = entry?.path();
        if let Ok(owner) = File::open(folder.join(OWNER))
            && owner.try_lock().is_ok()
        {
            // Its programs may be writing their last: what stays is swept the next time.
            drop(fs::remove_dir_all(folder));
        }
    }
    Ok(())
}
