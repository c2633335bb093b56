use std::collections::HashMap;

use bellpull_core::text::printable;
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;

use super::claim::ClaimedShape;
use super::error::LayoutError;
use super::{CONFIG_TYPE, INDEX_TYPE, LAYER_TYPE};

/// Longest media type that is told, bytes.
const MAX_TOLD: usize = 128;

/// The one layer of a component's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ComponentLayer {
    pub(crate) digest: String,
    pub(crate) size: u64,
    /// The config to check the layer against: its digest and size. Tools that know nothing of components
    /// write an empty one of another type.
    pub(crate) config: Option<(String, u64)>,
    pub(crate) annotations: HashMap<String, String>,
}

/// What a manifest leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Component(ComponentLayer),
    /// The digest of the manifest for WebAssembly, of a list for several platforms.
    Elsewhere(String),
}

/// Reads the manifest of a component of at most `limit` bytes.
pub(crate) fn layer_of(media_type: &str, manifest: &[u8], limit: u64) -> Result<Read, LayoutError> {
    if media_type == INDEX_TYPE {
        return for_wasm(manifest).map(Read::Elsewhere);
    }
    let manifest: ImageManifest = parse(media_type, manifest)?;
    let [layer] = manifest.layers().as_slice() else {
        return Err(LayoutError::Layers(manifest.layers().len()));
    };
    if layer.media_type().to_string() != LAYER_TYPE {
        return Err(LayoutError::LayerType(layer.media_type().to_string()));
    }
    let size = layer.size();
    if size > limit {
        return Err(LayoutError::Size { size, limit });
    }
    let config = manifest.config();
    let is_wasm = *config.media_type() == MediaType::Other(CONFIG_TYPE.to_owned());
    let config = is_wasm.then(|| Ok((sha256(config)?, config.size())));
    Ok(Read::Component(ComponentLayer {
        digest: sha256(layer)?,
        size,
        config: config.transpose()?,
        annotations: manifest.annotations().clone().unwrap_or_default(),
    }))
}

fn for_wasm(index: &[u8]) -> Result<String, LayoutError> {
    let index: ImageIndex = parse(INDEX_TYPE, index)?;
    let of_wasm: Vec<&Descriptor> = index
        .manifests()
        .iter()
        .filter(|entry| {
            let platform = entry.platform().as_ref();
            platform.is_some_and(|platform| platform.architecture().to_string() == "wasm")
        })
        .collect();
    let [one] = of_wasm.as_slice() else {
        return Err(LayoutError::Platforms {
            all: index.manifests().len(),
            wasm: of_wasm.len(),
        });
    };
    sha256(one)
}

fn parse<'a, T: Deserialize<'a>>(media_type: &str, bytes: &'a [u8]) -> Result<T, LayoutError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let media_type = printable(media_type, MAX_TOLD);
        LayoutError::Manifest(format!("it is {media_type:?}, and {error}"))
    })
}

fn sha256(descriptor: &Descriptor) -> Result<String, LayoutError> {
    let digest = descriptor.digest();
    match digest.algorithm() {
        oci_spec::image::DigestAlgorithm::Sha256 => Ok(digest.to_string()),
        _ => Err(LayoutError::Digest(digest.to_string())),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WasmConfig {
    architecture: String,
    layer_digests: Vec<String>,
    component: Option<ClaimedShape>,
}

/// Checks that a config is of this layer, and returns what it says of the component.
pub(crate) fn check_config(
    config: &[u8],
    layer: &ComponentLayer,
) -> Result<ClaimedShape, LayoutError> {
    let config: WasmConfig =
        serde_json::from_slice(config).map_err(|error| LayoutError::Config(error.to_string()))?;
    if config.architecture != "wasm" {
        let reason = format!("its architecture is {:?}", config.architecture);
        return Err(LayoutError::Config(reason));
    }
    if config.layer_digests != [layer.digest.as_str()] {
        let reason = format!("it is of the layers {:?}", config.layer_digests);
        return Err(LayoutError::Config(reason));
    }
    Ok(config.component.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by `wkg oci push` 0.16.1.
    const OF_WKG: &str = r#"{"created":"2026-11-30T13:44:44.617851913Z","author":null,"architecture":"wasm","os":"wasip2","layerDigests":["sha256:469b9a2258dfcb9eae3264327ebf810cee25dd783ad35695bed56fa1a9c22759"],"component":{"exports":["bellpull:provider/guest@0.1.0"],"imports":["bellpull:provider/types@0.1.0"],"target":null}}"#;
    /// By the same layout, of a core module (CNCF TAG Runtime, "Wasm OCI Artifact layout").
    const OF_A_MODULE: &str = r#"{"created":"2026-11-30T13:44:44Z","author":null,"architecture":"wasm","os":"wasip1","layerDigests":["sha256:469b9a2258dfcb9eae3264327ebf810cee25dd783ad35695bed56fa1a9c22759"],"component":null}"#;

    fn layer() -> ComponentLayer {
        ComponentLayer {
            digest: "sha256:469b9a2258dfcb9eae3264327ebf810cee25dd783ad35695bed56fa1a9c22759"
                .to_owned(),
            size: 1,
            config: None,
            annotations: HashMap::new(),
        }
    }

    #[test]
    fn the_claim_of_another_tool_is_read() {
        let [imports, exports] =
            ["types", "guest"].map(|name| [format!("bellpull:provider/{name}@0.1.0")]);
        let claimed = check_config(OF_WKG.as_bytes(), &layer()).unwrap();
        assert_eq!(claimed.compare(&imports, &exports), Ok(()));
        assert!(claimed.compare(&[], &exports).is_err());
        let claimed = check_config(OF_A_MODULE.as_bytes(), &layer()).unwrap();
        assert_eq!(claimed, ClaimedShape::default());
    }

    #[test]
    fn a_config_of_something_else_is_refused() {
        for (from, to, expected) in [
            ("wasm\"", "amd64\"", "its architecture is \"amd64\""),
            ("469b", "0000", "it is of the layers"),
            ("[\"bell", "7,[\"bell", "expected"),
        ] {
            let config = OF_WKG.replacen(from, to, 1);
            let error = check_config(config.as_bytes(), &layer())
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{config}: {error}");
        }
    }
}
