use std::collections::HashMap;

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION, RANGE};

use crate::client::{Action, RETRIES, Registry};
use crate::error::RegistryError;
use crate::layout::{
    ClaimedShape, ComponentLayer, INDEX_TYPE, LayoutError, MANIFEST_TYPE, ManifestContent,
    PackedArtefact, check_config, digest_of, layer_of,
};
use crate::reference::ArtefactReference;
use crate::transfer::Download;
use crate::watch::Direction;

/// Longest manifest, bytes (OCI distribution-spec, "Pulling manifests", recommends 4 MiB).
const MAX_MANIFEST: usize = 4 << 20;
/// Longest config, bytes.
const MAX_CONFIG: u64 = 1 << 20;

/// A component as a registry gave it.
#[derive(Clone, Debug)]
pub struct PulledComponent {
    /// The reference that was asked for, with the digest that it led to.
    pub reference: ArtefactReference,
    pub wasm: Vec<u8>,
    /// `org.opencontainers.image.…`
    pub annotations: HashMap<String, String>,
    /// What the artefact's config says of the component; nothing vouches for it.
    pub claimed: ClaimedShape,
}

impl PulledComponent {
    /// Compares what the artefact says of its component with what the component is.
    ///
    /// # Errors
    /// The first import or export that is only in one of them.
    pub fn check_shape(&self, imports: &[String], exports: &[String]) -> Result<(), RegistryError> {
        let compared = self.claimed.compare(imports, exports);
        compared.map_err(|reason| layout(&self.reference, reason))
    }
}

impl Registry {
    /// Pulls a component.
    ///
    /// # Errors
    /// When there is none, it may not be had, or it is not what its digests say.
    pub async fn pull(&self, asked: &ArtefactReference) -> Result<PulledComponent, RegistryError> {
        let (reference, layer) = self.resolve(asked).await?;
        let mut claimed = ClaimedShape::default();
        if let Some((digest, size)) = &layer.config {
            let limit = MAX_CONFIG;
            if *size > limit {
                let size = *size;
                return Err(layout(&reference, LayoutError::Size { size, limit }));
            }
            let config = self.blob(&reference, digest, *size).await?;
            let checked = check_config(&config, &layer);
            claimed = checked.map_err(|reason| layout(&reference, reason))?;
        }
        let wasm = self.blob(&reference, &layer.digest, layer.size).await?;
        Ok(PulledComponent {
            reference,
            wasm,
            annotations: layer.annotations,
            claimed,
        })
    }

    /// The artefact that a reference leads to, by its digest.
    ///
    /// # Errors
    /// When there is none, or it may not be had.
    pub async fn pin(&self, asked: &ArtefactReference) -> Result<ArtefactReference, RegistryError> {
        let (_, manifest) = self.manifest(asked).await?;
        Ok(asked.pinned(&digest_of(&manifest)))
    }

    /// Pushes a component, and returns its reference with its digest.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub async fn push(
        &self,
        reference: &ArtefactReference,
        wasm: Bytes,
        packed: PackedArtefact,
    ) -> Result<ArtefactReference, RegistryError> {
        for blob in [packed.config.clone().into(), wasm] {
            self.push_blob(reference, blob).await?;
        }
        let digest = packed.digest();
        if let Some(pinned) = reference.digest().filter(|pinned| *pinned != digest) {
            return Err(RegistryError::Mismatch {
                what: format!("{reference} ({pinned})"),
                reason: format!("what would be pushed is {digest}"),
            });
        }
        let path = format!("manifests/{}", reference.tag().unwrap_or(&digest));
        let mut call = self.call(reference, Action::Push, Method::PUT, &path)?;
        let kind = HeaderValue::from_static(MANIFEST_TYPE);
        call.headers.insert(CONTENT_TYPE, kind);
        call.body = packed.manifest.into();
        self.send(&call).await?;
        Ok(reference.pinned(&digest))
    }

    /// The manifest that a reference leads to, as the one layer that it has.
    pub(crate) async fn resolve(
        &self,
        asked: &ArtefactReference,
    ) -> Result<(ArtefactReference, ComponentLayer), RegistryError> {
        let mut reference = asked.clone();
        // A list leads to a manifest, and no further.
        for _ in 0..2 {
            let (kind, manifest) = self.manifest(&reference).await?;
            reference = reference.pinned(&digest_of(&manifest));
            match layer_of(&kind, &manifest, self.limit) {
                Ok(ManifestContent::Component(layer)) => return Ok((reference, layer)),
                Ok(ManifestContent::Elsewhere(digest)) => reference = reference.pinned(&digest),
                Err(reason) => return Err(layout(&reference, reason)),
            }
        }
        let reason = LayoutError::Manifest("it is a list of lists".to_owned());
        Err(layout(&reference, reason))
    }

    /// A manifest with its media type, checked against the digest if the reference has one.
    pub(crate) async fn manifest(
        &self,
        reference: &ArtefactReference,
    ) -> Result<(String, Bytes), RegistryError> {
        let path = format!("manifests/{}", reference.version());
        let mut call = self.call(reference, Action::Pull, Method::GET, &path)?;
        for kind in [MANIFEST_TYPE, INDEX_TYPE] {
            call.headers.append(ACCEPT, HeaderValue::from_static(kind));
        }
        let response = self.send(&call).await?;
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_owned();
        let manifest = response.body(MAX_MANIFEST).await?;
        let digest = digest_of(&manifest);
        match reference.digest() {
            Some(asked) if asked != digest => Err(RegistryError::Mismatch {
                what: reference.to_string(),
                reason: format!("its digest is {digest}"),
            }),
            _ => Ok((kind, manifest)),
        }
    }

    pub(crate) async fn blob(
        &self,
        reference: &ArtefactReference,
        digest: &str,
        size: u64,
    ) -> Result<Vec<u8>, RegistryError> {
        let watched = self.watch.begin(Direction::Download, size);
        let mut download = Download::new(format!("{reference}: a blob"), digest, size, watched);
        let path = format!("blobs/{digest}");
        for attempt in 0.. {
            let mut call = self.call(reference, Action::Pull, Method::GET, &path)?;
            if download.offset() > 0 {
                let range = format!("bytes={}-", download.offset());
                if let Ok(range) = HeaderValue::try_from(range) {
                    call.headers.insert(RANGE, range);
                }
            }
            let response = self.send(&call).await?;
            match download.take(response).await {
                Ok(()) => break,
                // What has arrived is kept, and the rest is asked for.
                Err(error) if error.is_transient() && attempt < RETRIES => {
                    tracing::debug!(%error, "a download goes on after an interruption");
                }
                Err(error) => return Err(error),
            }
        }
        download.finish()
    }

    /// Uploads a blob in one request, unless it is there (OCI distribution-spec, "Pushing blobs").
    pub(crate) async fn push_blob(
        &self,
        reference: &ArtefactReference,
        blob: Bytes,
    ) -> Result<(), RegistryError> {
        let digest = digest_of(&blob);
        let path = format!("blobs/{digest}");
        let there = self.call(reference, Action::Push, Method::HEAD, &path)?;
        match self.send(&there).await {
            Ok(_) => return Ok(()),
            Err(RegistryError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        let begin = self.call(reference, Action::Push, Method::POST, "blobs/uploads/")?;
        let begun = self.send(&begin).await?;
        let location = begun.headers().get(LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let url = location.and_then(|location| begin.url.join(location).ok());
        let mut url = url.ok_or_else(|| RegistryError::Unexpected {
            host: reference.host().to_owned(),
            reason: "it begins an upload without a location".to_owned(),
        })?;
        url.query_pairs_mut().append_pair("digest", &digest);
        let mut put = self.call(reference, Action::Push, Method::PUT, "")?;
        put.url = url;
        put.named_by = Some(begun.from.clone());
        let kind = HeaderValue::from_static("application/octet-stream");
        put.headers.insert(CONTENT_TYPE, kind);
        let watched = self.watch.begin(Direction::Upload, blob.len() as u64);
        put.body = blob;
        self.send(&put).await?;
        drop(watched);
        Ok(())
    }
}

fn layout(reference: &ArtefactReference, reason: LayoutError) -> RegistryError {
    RegistryError::Layout {
        reference: reference.to_string(),
        reason,
    }
}
