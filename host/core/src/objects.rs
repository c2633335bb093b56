use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::{CONFIG_ANNOTATION, Metadata, Receiver, ReceiverSpec, Secret, TYPE_ANNOTATION};

use crate::plan::Extensions;
use crate::{ReceiverId, SecretBytes, SecretData};

/// A Receiver as the plan sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverObject {
    /// Which one.
    pub id: ReceiverId,
    /// RFC 3339; the older of two Receivers keeps a path. Absent sorts last.
    pub created: Option<String>,
    /// Of the spec.
    pub generation: Option<i64>,
    /// What is wanted, annotations included.
    pub spec: ReceiverSpec,
    /// `spec.type` as written, where an annotation names the provider.
    pub carrier: Option<String>,
    /// What is wrong with an annotation.
    pub annotation_error: Option<String>,
    /// Fields in use that Flux's CRD drops.
    pub extensions: Extensions,
    /// Those that this generation had when its status was written.
    pub remembered: Extensions,
}

impl ReceiverObject {
    /// A Receiver whose annotations say what its spec cannot.
    #[must_use]
    pub fn new(metadata: &Metadata, mut spec: ReceiverSpec) -> Self {
        let extensions = Extensions::of(&spec);
        let mut carrier = None;
        let mut annotation_error = None;
        if let Some(provider) = metadata.annotations.get(TYPE_ANNOTATION)
            && *provider != spec.provider
        {
            carrier = Some(std::mem::replace(&mut spec.provider, provider.clone()));
        }
        if let Some(config) = metadata.annotations.get(CONFIG_ANNOTATION) {
            match serde_json::from_str(config) {
                Ok(config) => spec.config = Some(config),
                Err(error) => {
                    annotation_error = Some(format!(
                        "annotation {CONFIG_ANNOTATION} is not a JSON object: {error}"
                    ));
                }
            }
        }
        Self {
            id: ReceiverId::new(metadata.namespace(), &metadata.name),
            created: metadata.creation_timestamp.clone(),
            generation: metadata.generation,
            spec,
            carrier,
            annotation_error,
            extensions,
            remembered: Extensions::default(),
        }
    }
}

impl From<Receiver> for ReceiverObject {
    fn from(receiver: Receiver) -> Self {
        Self::new(&receiver.metadata, receiver.spec)
    }
}

/// A Secret as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretObject {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Values by key.
    pub data: SecretData,
}

impl TryFrom<Secret> for SecretObject {
    /// The key whose value is not base64.
    type Error = String;

    fn try_from(secret: Secret) -> Result<Self, String> {
        let mut data: SecretData = BTreeMap::new();
        for (key, value) in &secret.data {
            let decoded = BASE64_STANDARD
                .decode(value.expose().trim_ascii())
                .map_err(|_| key.clone())?;
            data.insert(key.clone(), SecretBytes::new(decoded));
        }
        for (key, value) in &secret.string_data {
            data.insert(
                key.clone(),
                SecretBytes::new(value.expose().as_bytes().to_vec()),
            );
        }
        Ok(Self {
            namespace: secret.metadata.namespace().to_owned(),
            name: secret.metadata.name,
            data,
        })
    }
}
