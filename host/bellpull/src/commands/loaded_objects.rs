//! The objects that a command works on, whether they are from a directory or from a cluster.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use bellpull_folder::{Folder, LoadedFolder, TargetIndex};
use bellpull_plan::Objects;
use bellpull_trust::DeclaredPlugins;

use crate::output;

pub(super) struct LoadedObjects {
    /// Receivers and Secrets.
    pub(super) objects: Arc<Objects>,
    pub(super) targets: Arc<TargetIndex>,
    /// The ReceiverPlugins, and what they name.
    pub(super) plugins: Arc<DeclaredPlugins>,
    /// Why the ReceiverPlugins could not be read.
    pub(super) plugins_unread: Option<String>,
    pub(super) place: ObjectPlace,
    /// Whether every manifest could be read.
    pub(super) is_whole: bool,
}

/// Where objects are from.
#[derive(Clone, Debug)]
pub(super) enum ObjectPlace {
    Folder(PathBuf),
    /// A cluster or a namespace of it, as messages name it.
    Cluster(String),
}

impl fmt::Display for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Cluster(place) => f.write_str(place),
        }
    }
}

impl LoadedObjects {
    /// Receivers and Secrets alone.
    pub(super) fn new(objects: Objects, place: ObjectPlace) -> Self {
        Self {
            objects: Arc::new(objects),
            targets: Arc::default(),
            plugins: Arc::default(),
            plugins_unread: None,
            place,
            is_whole: true,
        }
    }

    /// Loads the manifests of a directory. Files with errors are reported and left out.
    ///
    /// # Errors
    /// When there is no such directory.
    pub(super) fn of_folder(folder: &Path) -> Result<Self> {
        super::check_folder(folder)?;
        let LoadedFolder {
            objects,
            targets,
            plugins,
            errors,
        } = Folder::new(folder).load();
        for error in &errors {
            output::note(&format!("error: {error}"));
        }
        Ok(Self {
            objects,
            targets,
            plugins,
            plugins_unread: None,
            place: ObjectPlace::Folder(folder.to_owned()),
            is_whole: errors.is_empty(),
        })
    }
}
