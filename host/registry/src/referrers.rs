//! What is attached to an artefact: manifests that name it as their subject (OCI distribution-spec 1.1,
//! "Listing Referrers"), or an index under a tag made of its digest where a registry has no such list.

use bellpull_core::text::printable;
use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{Action, Registry};
use crate::error::RegistryError;
use crate::layout::{INDEX_TYPE, MANIFEST_TYPE, digest_of};
use crate::reference::ArtefactReference;

/// Longest list of what is attached, bytes, and the most of it that is looked at.
const MAX_INDEX: usize = 1 << 20;
const MAX_ATTACHED: usize = 64;
/// Most bytes of all contents together.
const MAX_CONTENTS: u64 = 32 << 20;
/// Longest part of an error that is told, bytes: the parser quotes a value of any length.
const MAX_TOLD: usize = 512;
/// What is attached has no config (OCI image-spec, "Guidance for an Empty Descriptor").
const EMPTY: (&str, &[u8]) = ("application/vnd.oci.empty.v1+json", b"{}");
/// A registry that lists referrers says that it has seen the subject.
const SUBJECT_SEEN: HeaderName = HeaderName::from_static("oci-subject");

/// An index as this side writes it. What others have written in it stays.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenIndex {
    schema_version: u8,
    media_type: String,
    manifests: Vec<IndexEntry>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct IndexEntry {
    media_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_type: Option<String>,
    digest: String,
    size: usize,
}

impl Default for WrittenIndex {
    fn default() -> Self {
        Self {
            schema_version: 2,
            media_type: INDEX_TYPE.to_owned(),
            manifests: Vec::new(),
        }
    }
}

impl Registry {
    /// The contents of this media type that are attached to an artefact. Longer ones than `limit` bytes are
    /// left aside, and so is what comes after 64 attachments or 32 MiB.
    ///
    /// # Errors
    /// When the list, or something in it, cannot be had. An artefact with nothing attached has an empty list.
    pub async fn attached(
        &self,
        artefact: &ArtefactReference,
        media_type: &str,
        limit: u64,
    ) -> Result<Vec<Vec<u8>>, RegistryError> {
        let mut contents = Vec::new();
        let mut left = MAX_CONTENTS;
        for entry in self.entries(artefact).await?.iter().take(MAX_ATTACHED) {
            // cosign 3.0 writes the type of the empty config into an index, so the manifest decides.
            let reference = artefact.pinned(entry.digest().as_ref());
            let (_, manifest) = self.manifest(&reference).await?;
            let Ok(manifest) = serde_json::from_slice::<ImageManifest>(&manifest) else {
                continue;
            };
            let layers = manifest.layers().iter();
            let mut wanted = layers.filter(|layer| layer.media_type().to_string() == media_type);
            let fits = |layer: &&Descriptor| layer.size() <= limit.min(left);
            if let Some(layer) = wanted.next().filter(fits) {
                left -= layer.size();
                let digest = layer.digest().to_string();
                contents.push(self.blob(artefact, &digest, layer.size()).await?);
            }
        }
        Ok(contents)
    }

    /// Attaches content to an artefact that has a digest.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn attach(
        &self,
        artefact: &ArtefactReference,
        media_type: &str,
        content: Bytes,
        annotations: &[(&str, &str)],
    ) -> Result<(), RegistryError> {
        let (kind, subject) = self.manifest(artefact).await?;
        for blob in [Bytes::from_static(EMPTY.1), content.clone()] {
            self.push_blob(artefact, blob).await?;
        }
        let annotations: serde_json::Map<String, Value> = annotations
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "artifactType": media_type,
            "config": descriptor(EMPTY.0, EMPTY.1),
            "layers": [descriptor(media_type, &content)],
            "subject": descriptor(&kind, &subject),
            "annotations": annotations,
        });
        let manifest = manifest.to_string();
        let path = format!("manifests/{}", digest_of(manifest.as_bytes()));
        let seen = self
            .put_manifest(artefact, &path, MANIFEST_TYPE, manifest.clone().into())
            .await?;
        if seen {
            return Ok(());
        }
        let entry = IndexEntry {
            media_type: MANIFEST_TYPE.to_owned(),
            artifact_type: Some(media_type.to_owned()),
            digest: digest_of(manifest.as_bytes()),
            size: manifest.len(),
        };
        self.list(artefact, entry).await
    }

    /// Adds an entry to the index under the tag of an artefact.
    async fn list(
        &self,
        artefact: &ArtefactReference,
        entry: IndexEntry,
    ) -> Result<(), RegistryError> {
        let path = tag_path(artefact);
        let known = self.index(artefact, &path).await?;
        let known = known
            .map(|index| serde_json::from_slice(&index))
            .transpose();
        let mut index: WrittenIndex = known
            .map_err(|error| unreadable(artefact, &error))?
            .unwrap_or_default();
        if !index
            .manifests
            .iter()
            .any(|known| known.digest == entry.digest)
        {
            index.manifests.push(entry);
        }
        let text = serde_json::to_vec(&index).map_err(|error| unreadable(artefact, &error))?;
        self.put_manifest(artefact, &path, INDEX_TYPE, text.into())
            .await?;
        Ok(())
    }

    async fn entries(
        &self,
        artefact: &ArtefactReference,
    ) -> Result<Vec<Descriptor>, RegistryError> {
        let listed = format!("referrers/{}", artefact.digest().unwrap_or_default());
        let index = match self.index(artefact, &listed).await? {
            Some(index) => Some(index),
            None => self.index(artefact, &tag_path(artefact)).await?,
        };
        let Some(index) = index else {
            return Ok(Vec::new());
        };
        let index: ImageIndex =
            serde_json::from_slice(&index).map_err(|error| unreadable(artefact, &error))?;
        Ok(index.manifests().clone())
    }

    async fn index(
        &self,
        artefact: &ArtefactReference,
        path: &str,
    ) -> Result<Option<Bytes>, RegistryError> {
        let mut call = self.call(artefact, Action::Pull, Method::GET, path)?;
        let kind = HeaderValue::from_static(INDEX_TYPE);
        call.headers.insert(http::header::ACCEPT, kind);
        match self.send(&call).await {
            Ok(response) => Ok(Some(response.body(MAX_INDEX).await?)),
            Err(RegistryError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a manifest. Returns whether the registry lists it among the referrers of its subject.
    async fn put_manifest(
        &self,
        artefact: &ArtefactReference,
        path: &str,
        kind: &'static str,
        manifest: Bytes,
    ) -> Result<bool, RegistryError> {
        let mut call = self.call(artefact, Action::Push, Method::PUT, path)?;
        let kind = HeaderValue::from_static(kind);
        call.headers.insert(CONTENT_TYPE, kind);
        call.body = manifest;
        let response = self.send(&call).await?;
        Ok(response.headers().contains_key(SUBJECT_SEEN))
    }
}

/// The tag of the index, where a registry lists no referrers (OCI distribution-spec, "Referrers Tag Schema").
fn tag_path(artefact: &ArtefactReference) -> String {
    let digest = artefact.digest().unwrap_or_default();
    format!("manifests/{}", digest.replace(':', "-"))
}

fn descriptor(media_type: &str, content: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest_of(content), "size": content.len()})
}

fn unreadable(artefact: &ArtefactReference, error: &serde_json::Error) -> RegistryError {
    RegistryError::Unexpected {
        host: artefact.host().to_owned(),
        reason: format!(
            "the list of what is attached to {artefact}: {}",
            printable(&error.to_string(), MAX_TOLD)
        ),
    }
}
