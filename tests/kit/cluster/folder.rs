//! Folders of running programs.

use std::fs::{self, File};
use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

use crate::go::workshop;

const OWNER: &str = "owner.lock";

/// A folder that this process alone uses. It goes with the value, or, when the process was killed,
/// with the next folder that is asked for.
pub(super) struct PrivateFolder {
    folder: TempDir,
    /// Held as long as the process lives: the kernel lets go of it, whatever the end was.
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

/// Removes what processes have left that are no more.
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
