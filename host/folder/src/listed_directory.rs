use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch::Receiver;

use crate::listing::{self, Listing};
use crate::watch::{self, DirectoryReader};

/// A directory whose files with one extension are listed, but not read.
#[derive(Debug)]
pub struct ListedDirectory {
    dir: PathBuf,
    extension: &'static str,
}

impl ListedDirectory {
    /// Lists the files below `dir` that have this extension, except hidden ones.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>, extension: &'static str) -> Self {
        Self {
            dir: dir.into(),
            extension,
        }
    }

    /// The current files. Blocks on the file system.
    #[must_use]
    pub fn list(&self) -> Listing {
        listing::list(&self.dir, &[self.extension])
    }

    /// Lists the directory now and after each change, as [`Folder::watch`](crate::Folder::watch) does.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn watch(self) -> std::io::Result<Receiver<Arc<Listing>>> {
        watch::watch(self)
    }
}

impl DirectoryReader for ListedDirectory {
    type Snapshot = Listing;

    fn dir(&self) -> &Path {
        &self.dir
    }

    fn list(&self) -> Listing {
        Self::list(self)
    }

    fn read(&mut self, listing: &Listing) -> Listing {
        listing.clone()
    }
}
