//! The version that an object asks for.

use std::sync::Arc;

use bellpull_registry::ArtefactReference;

/// An artefact whose digest is known.
#[derive(Clone)]
pub(super) struct WantedArtefact {
    /// Of the artefact: of its manifest, or of the component in a ConfigMap.
    pub(super) digest: String,
    /// The tag and the digest, as status shows them.
    pub(super) revision: String,
    /// `HOST/REPOSITORY`, or the ConfigMap.
    pub(super) origin: String,
    pub(super) content: WantedContent,
}

/// Where its bytes are.
#[derive(Clone)]
pub(super) enum WantedContent {
    Registry(ArtefactReference),
    /// They came with the ConfigMap.
    Here(Arc<[u8]>),
}
