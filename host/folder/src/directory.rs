use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch::Receiver;

use crate::files::{self, Listing};
use crate::watch::{self, Source};

/// A directory whose files of one kind are listed, not read.
#[derive(Debug)]
pub struct Directory {
    dir: PathBuf,
    extension: &'static str,
}

impl Directory {
    /// The files below `dir` that have this extension; hidden ones are left out.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>, extension: &'static str) -> Self {
        Self {
            dir: dir.into(),
            extension,
        }
    }

    /// What is there now. Blocks on the file system.
    #[must_use]
    pub fn list(&self) -> Listing {
        files::list(&self.dir, &[self.extension])
    }

    /// Lists the directory, and again whenever it changes, as [`Folder::watch`](crate::Folder::watch)
    /// reads it.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn watch(self) -> std::io::Result<Receiver<Arc<Listing>>> {
        watch::watch(self)
    }
}

impl Source for Directory {
    type Value = Listing;

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
