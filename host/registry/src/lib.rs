//! Components as artefacts of OCI registries: pushed, and pulled with every byte checked against the digest
//! that names it.
//!
//! The layout is the CNCF's for WebAssembly (TAG Runtime, "Wasm OCI Artifact layout"): an image manifest with
//! one layer `application/wasm`. Requests follow the OCI distribution specification 1.1. They go through
//! [`bellpull_egress`], whose rules say where they may lead: a registry is not trusted, and neither is what
//! it names.

mod answer;
mod authorization;
mod client;
mod component;
mod credentials;
mod error;
mod layout;
mod name;
mod reference;
mod referrers;
mod repository;
mod tags;
mod transfer;
mod watch;

pub use authorization::Challenge;
pub use client::Registry;
pub use component::PulledComponent;
pub use credentials::{
    Anonymous, CredentialFile, CredentialSource, PullSecret, RegistryCredential,
};
pub use error::RegistryError;
pub use layout::{
    ArtefactFacts, ClaimedShape, ComponentLayer, LayoutError, ManifestContent, PackedArtefact,
    check_config, layer_of,
};
pub use name::{ReferenceError, SCHEME};
pub use reference::ArtefactReference;
pub use repository::ArtefactRepository;
pub use tags::next_page;
pub use watch::{Direction, TransferWatch, WatchedTransfer};
