//! The delivery, the Receiver and the Secret of a case.

use anyhow::{Context as _, Result};
use bellpull_api::{DEFAULT_NAMESPACE, Metadata, ReceiverSpec, SecretReference};
use bellpull_core::{Delivery, DeliveryId, ReceiverObject, SecretObject, Timestamp};
use bellpull_egress::Recording;

use super::case::Case;
use super::sign::{self, Signer};

impl Case {
    /// The delivery as recorded, signed with the case's own credentials at the case's own time.
    ///
    /// # Errors
    /// When a step of the recipe cannot be followed; names the step and what is missing.
    pub fn delivery(&self) -> Result<Delivery> {
        let signer = Signer {
            secret: &self.credentials,
            config: self.config.as_ref(),
            token: None,
        };
        self.recorded(signer)
            .with_context(|| format!("case {} cannot be signed", self.name))
    }

    /// The delivery as recorded, signed with the credentials of another Receiver.
    ///
    /// # Errors
    /// As [`Case::delivery`].
    pub fn delivery_by(&self, signer: Signer<'_>) -> Result<Delivery> {
        self.recorded(signer)
            .with_context(|| format!("case {} cannot be signed for this Receiver", self.name))
    }

    /// The delivery for the path of another Receiver, signed with that Receiver's credentials. The query
    /// is that of the case.
    ///
    /// # Errors
    /// As [`Case::delivery`].
    pub fn delivery_to(&self, path: &str, signer: Signer<'_>, now: Timestamp) -> Result<Delivery> {
        let target = match self.target.split_once('?') {
            Some((_, query)) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        self.signed(target, signer, now)
            .with_context(|| format!("case {} cannot be signed for this Receiver", self.name))
    }

    /// The answers of the network while the delivery is verified.
    #[must_use]
    pub fn network(&self) -> &Recording {
        &self.network
    }

    /// The Receiver of the case. It has the name of its provider and no targets.
    #[must_use]
    pub fn receiver(&self) -> ReceiverObject {
        let metadata = Metadata {
            name: self.provider.clone(),
            namespace: Some(DEFAULT_NAMESPACE.to_owned()),
            ..Metadata::default()
        };
        let spec = ReceiverSpec {
            provider: self.provider.clone(),
            interval: None,
            events: self.events.clone(),
            resources: Vec::new(),
            resource_filter: None,
            // A Receiver with issuers of tokens has no Secret.
            secret_ref: self.oidc_providers.is_empty().then(|| SecretReference {
                name: self.provider.clone(),
            }),
            oidc_providers: self.oidc_providers.clone(),
            suspend: false,
            config: self.config.clone(),
        };
        ReceiverObject::new(&metadata, spec)
    }

    /// The Secret of [`Case::receiver`], with exactly the keys of the case.
    #[must_use]
    pub fn secret(&self) -> SecretObject {
        SecretObject {
            namespace: DEFAULT_NAMESPACE.to_owned(),
            name: self.provider.clone(),
            data: self.credentials.clone(),
        }
    }

    fn recorded(&self, signer: Signer<'_>) -> Result<Delivery> {
        let now = self.now.unwrap_or_else(Timestamp::now);
        self.signed(self.target.clone(), signer, now)
    }

    fn signed(&self, target: String, signer: Signer<'_>, now: Timestamp) -> Result<Delivery> {
        let mut delivery = Delivery {
            id: DeliveryId::generate(),
            received: now,
            method: self.method.clone(),
            target,
            headers: self.headers.clone(),
            body: self.body.clone(),
            client: self.client.clone(),
        };
        sign::apply(&self.sign, signer, &mut delivery)?;
        Ok(delivery)
    }
}
