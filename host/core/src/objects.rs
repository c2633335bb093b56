use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::{Receiver, ReceiverSpec, Secret};

use crate::{ReceiverId, SecretBytes, SecretData};

/// A Receiver as the plan sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverObject {
    /// Which one.
    pub id: ReceiverId,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// RFC 3339; the older of two Receivers keeps a path. Absent sorts last.
    pub created: Option<String>,
    /// What is wanted.
    pub spec: ReceiverSpec,
}

impl From<Receiver> for ReceiverObject {
    fn from(receiver: Receiver) -> Self {
        Self {
            id: ReceiverId::new(receiver.metadata.namespace(), &receiver.metadata.name),
            annotations: receiver.metadata.annotations,
            created: receiver.metadata.creation_timestamp,
            spec: receiver.spec,
        }
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
        let mut data = SecretData::new();
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
