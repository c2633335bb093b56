use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use bellpull_engine::Digest;
use bellpull_folder::Stamp;
use bellpull_sandbox::{Grants, LoadedComponent};

use crate::declared::{DeclaredComponent, KeptPlugin};

/// Where a component came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginSource {
    /// Built into the binary, under this name.
    Bundled(&'static str),
    /// A file of a plugin directory.
    File(PathBuf),
    /// A ReceiverPlugin.
    Declared(String),
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled(_) => f.write_str("bundled"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Declared(name) => write!(f, "ReceiverPlugin/{name}"),
        }
    }
}

/// The state of the component from one source.
#[derive(Default)]
pub(super) struct PluginSlot {
    /// The last version that could be loaded, with the grants that it would have if it served all its
    /// names.
    pub(super) loaded: Option<Arc<LoadedComponent>>,
    /// The same version with the grants that it has, while it serves.
    pub(super) serving: Option<(Grants, Arc<LoadedComponent>)>,
    /// What its ReceiverPlugin says of it, if it has one.
    pub(super) declared: Option<KeptPlugin>,
    /// The version that was read last, whether it could be loaded or not.
    pub(super) last_read: Option<ReadVersion>,
    /// Why the version that was read last does not serve.
    pub(super) problem: Option<String>,
    /// Why the loaded version cannot serve the names that it would have.
    pub(super) refused: Option<String>,
}

impl PluginSlot {
    /// The component of a ReceiverPlugin.
    pub(super) fn declared_component(&self) -> Option<&DeclaredComponent> {
        self.declared.as_ref()?.component.as_ref()
    }
}

pub(super) struct ReadVersion {
    pub(super) stamp: Stamp,
    pub(super) digest: Option<Digest>,
}
