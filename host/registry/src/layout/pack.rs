use std::collections::BTreeMap;

use serde::Serialize;

use super::{CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE, digest_of};

/// What an artefact says of its component.
#[derive(Clone, Debug, Default)]
pub struct ArtefactFacts {
    /// When it was made, by RFC 3339.
    pub created: String,
    pub author: Option<String>,
    /// The name of the file that tools write which know nothing of components, such as `oras`.
    pub file_name: String,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    /// `org.opencontainers.image.…` (OCI image-spec, `annotations.md`).
    pub annotations: BTreeMap<String, String>,
}

/// An artefact, ready to be pushed. Equal facts of one component give equal bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedArtefact {
    pub config: Vec<u8>,
    pub manifest: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WasmConfig<'a> {
    created: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [&'a str; 1],
    component: ComponentShape<'a>,
}

#[derive(Serialize)]
struct ComponentShape<'a> {
    imports: &'a [String],
    exports: &'a [String],
    target: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u8,
    media_type: &'static str,
    artifact_type: &'static str,
    config: Descriptor<'a>,
    layers: [Descriptor<'a>; 1],
    annotations: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    media_type: &'static str,
    digest: &'a str,
    size: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'static str, &'a str>,
}

const TITLE: &str = "org.opencontainers.image.title";

impl PackedArtefact {
    /// Lays out a component.
    ///
    /// # Errors
    /// Never for facts that are text.
    pub fn of(wasm: &[u8], facts: &ArtefactFacts) -> Result<Self, serde_json::Error> {
        let layer_digest = digest_of(wasm);
        let config = serde_json::to_vec(&WasmConfig {
            created: &facts.created,
            author: facts.author.as_deref(),
            architecture: "wasm",
            os: "wasip2",
            layer_digests: [&layer_digest],
            component: ComponentShape {
                imports: &facts.imports,
                exports: &facts.exports,
                target: None,
            },
        })?;
        let config_digest = digest_of(&config);
        let manifest = serde_json::to_vec(&Manifest {
            schema_version: 2,
            media_type: MANIFEST_TYPE,
            artifact_type: LAYER_TYPE,
            config: Descriptor {
                media_type: CONFIG_TYPE,
                digest: &config_digest,
                size: config.len(),
                annotations: BTreeMap::new(),
            },
            layers: [Descriptor {
                media_type: LAYER_TYPE,
                digest: &layer_digest,
                size: wasm.len(),
                annotations: BTreeMap::from([(TITLE, facts.file_name.as_str())]),
            }],
            annotations: &facts.annotations,
        })?;
        Ok(Self { config, manifest })
    }

    /// The digest that names the artefact.
    #[must_use]
    pub fn digest(&self) -> String {
        digest_of(&self.manifest)
    }
}
