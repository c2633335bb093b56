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
mod credentials;
mod error;
mod layout;
mod reference;
mod referrers;
mod transfer;

pub use client::{PulledComponent, Registry};
pub use credentials::{CredentialFile, CredentialSource, RegistryCredential};
pub use error::RegistryError;
pub use layout::{ArtefactFacts, LayoutError, PackedArtefact};
pub use reference::{ArtefactReference, ReferenceError, SCHEME};
