use std::collections::HashMap;

use bellpull_core::text::printable;
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;

use super::claim::ClaimedShape;
use super::error::LayoutError;
use super::{CONFIG_TYPE, INDEX_TYPE, LAYER_TYPE};

/// Longest media type that is told, bytes.
const MAX_TOLD: usize = 128;
/// Longest reason that is told, bytes: the parser of JSON quotes values of any length.
const MAX_REASON: usize = 512;

/// The one layer of a component's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentLayer {
    /// `sha256:` and hex.
    pub digest: String,
    /// In bytes, as the manifest says.
    pub size: u64,
    /// The config to check the layer against: its digest and size. Tools that know nothing of components
    /// write an empty one of another type.
    pub config: Option<(String, u64)>,
    /// Of the manifest: `org.opencontainers.image.…`
    pub annotations: HashMap<String, String>,
}

/// What a manifest leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestContent {
    /// The layer of a component.
    Component(ComponentLayer),
    /// The digest of the manifest for WebAssembly, of a list for several platforms.
    Elsewhere(String),
}

/// Reads the manifest of a component of at most `limit` bytes.
///
/// # Errors
/// When it is none, or not of a component, or the component is larger.
pub fn layer_of(
    media_type: &str,
    manifest: &[u8],
    limit: u64,
) -> Result<ManifestContent, LayoutError> {
    if media_type == INDEX_TYPE {
        return for_wasm(manifest).map(ManifestContent::Elsewhere);
    }
    let manifest: ImageManifest = parse(media_type, manifest)?;
    let [layer] = manifest.layers().as_slice() else {
        return Err(LayoutError::Layers(manifest.layers().len()));
    };
    if layer.media_type().to_string() != LAYER_TYPE {
        let found = printable(layer.media_type().as_ref(), MAX_TOLD);
        return Err(LayoutError::LayerType(found));
    }
    let size = layer.size();
    if size > limit {
        return Err(LayoutError::Size { size, limit });
    }
    let config = manifest.config();
    let is_wasm = *config.media_type() == MediaType::Other(CONFIG_TYPE.to_owned());
    let config = is_wasm.then(|| Ok((sha256(config)?, config.size())));
    Ok(ManifestContent::Component(ComponentLayer {
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
        let reason = printable(&error.to_string(), MAX_REASON);
        LayoutError::Manifest(format!("it is {media_type:?}, and {reason}"))
    })
}

fn sha256(descriptor: &Descriptor) -> Result<String, LayoutError> {
    let digest = descriptor.digest();
    match digest.algorithm() {
        oci_spec::image::DigestAlgorithm::Sha256 => Ok(digest.to_string()),
        _ => Err(LayoutError::Digest(printable(digest.as_ref(), MAX_TOLD))),
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
///
/// # Errors
/// When it is no config of a component, or of another layer.
pub fn check_config(config: &[u8], layer: &ComponentLayer) -> Result<ClaimedShape, LayoutError> {
    let wrong = |reason: &str| LayoutError::Config(printable(reason, MAX_REASON));
    let config: WasmConfig =
        serde_json::from_slice(config).map_err(|error| wrong(&error.to_string()))?;
    if config.architecture != "wasm" {
        let reason = format!("its architecture is {:?}", config.architecture);
        return Err(wrong(&reason));
    }
    if config.layer_digests != [layer.digest.as_str()] {
        let reason = format!("it is of the layers {:?}", config.layer_digests);
        return Err(wrong(&reason));
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

    const OF_MANIFEST: &str = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.wasm.config.v0+json","digest":"sha256:469b9a2258dfcb9eae3264327ebf810cee25dd783ad35695bed56fa1a9c22759","size":2},"layers":[{"mediaType":"application/wasm","digest":"sha256:469b9a2258dfcb9eae3264327ebf810cee25dd783ad35695bed56fa1a9c22759","size":1}]}"#;

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
    fn what_is_told_of_a_wrong_artefact_is_short() {
        let long = "x".repeat(100_000);
        let manifest = OF_MANIFEST.replace("application/wasm", &long);
        for error in [
            check_config(
                OF_WKG.replace("wasm\"", &[&long, "\""].concat()).as_bytes(),
                &layer(),
            )
            .err(),
            check_config(OF_WKG.replace("469b", &long).as_bytes(), &layer()).err(),
            check_config(format!("{long:?}").as_bytes(), &layer()).err(),
            layer_of("a", format!("{long:?}").as_bytes(), 1).err(),
            layer_of("a", manifest.as_bytes(), 1).err(),
        ] {
            let error = error.expect("an error").to_string();
            assert!(error.len() < 1_000, "{error}");
        }
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
