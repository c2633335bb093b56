//! Signs the delivery of a case by the recipe of the case.

mod recipe;
mod scheme;
mod signed;

#[cfg(test)]
mod tests;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{Delivery, SecretBytes, SecretData, Timestamp};
use bellpull_proof::{HmacAlgorithm, Part, message_parts};
use serde_json::Map;

pub(super) use recipe::SignStep;
use recipe::{DigestEncoding, HeaderNameFrom, HeaderStep, HeaderValueFrom, HmacRecipe, SignedPart};
pub(super) use signed::{SignedHeader, SignedMac, signed_headers};

/// What stands in a prefix for the time of the delivery.
const TIME_IN_PREFIX: &str = "{unix-seconds}";

/// What signing needs of a Receiver.
#[derive(Clone, Copy)]
pub struct Signer<'s> {
    /// The Receiver's Secret.
    pub secret: &'s SecretData,
    /// `spec.config` of the Receiver.
    pub config: Option<&'s Map<String, serde_json::Value>>,
    /// A token that an issuer has signed. Without one, a recorded delivery keeps its own.
    pub token: Option<&'s SecretBytes>,
}

/// Applies the steps in order. A step may sign a header that an earlier one has set.
///
/// # Errors
/// When a step cannot be followed; names the step and what is missing, and no value of the Secret.
pub(super) fn apply(steps: &[SignStep], signer: Signer<'_>, delivery: &mut Delivery) -> Result<()> {
    for (index, step) in steps.iter().enumerate() {
        step.apply(signer, delivery)
            .with_context(|| format!("sign[{index}]"))?;
    }
    Ok(())
}

impl SignStep {
    /// The keys of the Secret that the step needs.
    pub(super) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Header(step) => step.keys(),
            Self::Scheme => vec![scheme::KEY],
        }
    }

    /// Whether the step depends on `spec.config` of the Receiver.
    pub(super) fn follows_config(&self) -> bool {
        matches!(self, Self::Scheme)
    }

    /// Whether the step needs a token that only an issuer can sign.
    pub(super) fn takes_token(&self) -> bool {
        matches!(self, Self::Header(step) if matches!(step.value, HeaderValueFrom::IssuedToken))
    }

    fn apply(&self, signer: Signer<'_>, delivery: &mut Delivery) -> Result<()> {
        match self {
            Self::Header(step) => step.apply(signer, delivery),
            Self::Scheme => {
                for step in scheme::steps(signer.config, &delivery.headers)? {
                    step.apply(signer, delivery)?;
                }
                Ok(())
            }
        }
    }
}

impl HeaderStep {
    fn keys(&self) -> Vec<&str> {
        let name = match &self.name {
            HeaderNameFrom::Written(_) => None,
            HeaderNameFrom::Credential(key) => Some(key),
        };
        let (first, second) = match &self.value {
            HeaderValueFrom::UnixSeconds
            | HeaderValueFrom::DeliveryId
            | HeaderValueFrom::IssuedToken => (None, None),
            HeaderValueFrom::Credential(key) => (Some(key), None),
            HeaderValueFrom::Basic(basic) => (Some(&basic.username), Some(&basic.password)),
            HeaderValueFrom::Hmac(hmac) => (Some(&hmac.key), None),
        };
        let keys = [name, first, second].into_iter().flatten();
        keys.map(String::as_str).collect()
    }

    /// The prefix, with the time of the delivery where it says so.
    fn prefix_at(&self, delivery: &Delivery) -> String {
        let seconds = delivery.received.as_second().to_string();
        self.prefix.replace(TIME_IN_PREFIX, &seconds)
    }

    fn apply(&self, signer: Signer<'_>, delivery: &mut Delivery) -> Result<()> {
        let Some(bytes) = self.value.bytes(signer, delivery)? else {
            return Ok(());
        };
        let name = self.name.resolve(signer.secret)?;
        let value = [self.prefix_at(delivery).as_bytes(), &bytes].concat();
        let mut value = HeaderValue::from_bytes(&value)
            .with_context(|| format!("the value for {name} is not a header value"))?;
        value.set_sensitive(true);
        delivery.headers.insert(name, value);
        Ok(())
    }
}

impl HeaderNameFrom {
    fn resolve(&self, secret: &SecretData) -> Result<HeaderName> {
        match self {
            Self::Written(name) => Ok(name.clone()),
            Self::Credential(key) => HeaderName::from_bytes(secret_value(secret, key)?.expose())
                .with_context(|| format!("the Secret's '{key}' is not a header name")),
        }
    }
}

impl HeaderValueFrom {
    /// The value, or `None` if the delivery keeps its own.
    fn bytes(&self, signer: Signer<'_>, delivery: &Delivery) -> Result<Option<Vec<u8>>> {
        let secret = signer.secret;
        Ok(Some(match self {
            Self::UnixSeconds => unix_seconds(delivery.received),
            Self::DeliveryId => delivery.id.as_str().into(),
            Self::IssuedToken => match signer.token {
                Some(token) => token.expose().to_vec(),
                None => return Ok(None),
            },
            Self::Credential(key) => secret_value(secret, key)?.expose().to_vec(),
            Self::Basic(basic) => {
                let username = secret_value(secret, &basic.username)?;
                let password = secret_value(secret, &basic.password)?;
                let pair = [username.expose(), b":", password.expose()].concat();
                format!("Basic {}", BASE64_STANDARD.encode(pair)).into_bytes()
            }
            Self::Hmac(hmac) => hmac.under(hmac.algorithm, secret, delivery)?.into_bytes(),
        }))
    }
}

impl HmacRecipe {
    fn under(
        &self,
        algorithm: HmacAlgorithm,
        secret: &SecretData,
        delivery: &Delivery,
    ) -> Result<String> {
        let key = secret_value(secret, &self.key)?;
        let message = self.message.iter().map(|part| match part {
            SignedPart::Of(part) => part.clone(),
            SignedPart::UnixSeconds => Part::Bytes(unix_seconds(delivery.received)),
        });
        let message: Vec<Part> = message.collect();
        let parts = message_parts(delivery, &message)
            .context("a header or form field of the message is absent or repeated")?;
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let mac = bellpull_proof::sign(key, &self.key, self.encoding, algorithm, &parts)?;
        Ok(match self.digest {
            DigestEncoding::Hex => hex::encode(mac),
            DigestEncoding::Base64 => BASE64_STANDARD.encode(mac),
        })
    }
}

fn unix_seconds(at: Timestamp) -> Vec<u8> {
    at.as_second().to_string().into_bytes()
}

fn secret_value<'s>(secret: &'s SecretData, key: &str) -> Result<&'s SecretBytes> {
    let value = secret
        .get(key)
        .with_context(|| format!("the Secret has no key '{key}': add it"))?;
    ensure!(!value.expose().is_empty(), "the Secret's '{key}' is empty");
    Ok(value)
}
