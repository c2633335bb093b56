//! The layout of a component in a registry (CNCF TAG Runtime, "Wasm OCI Artifact layout"; OCI image-spec 1.1,
//! `manifest.md`). Pure: bytes in, bytes out.

mod claim;
mod error;
mod pack;
mod unpack;

pub use claim::ClaimedShape;
pub use error::LayoutError;
pub use pack::{ArtefactFacts, PackedArtefact};
pub use unpack::{ComponentLayer, ManifestContent, check_config, layer_of};

/// Media types of the config and of the one layer.
pub(crate) const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
pub(crate) const LAYER_TYPE: &str = "application/wasm";
/// Media types of a manifest, and of a list of manifests for several platforms.
pub(crate) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX_TYPE: &str = "application/vnd.oci.image.index.v1+json";

pub(crate) fn digest_of(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}
