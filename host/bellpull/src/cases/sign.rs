mod scheme;

#[cfg(test)]
mod tests;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{Delivery, Encoding, SecretBytes, SecretData, Timestamp};
use bellpull_proof::{HmacAlgorithm, Part, message_parts};
use serde::Deserialize;
use serde_json::Map;

/// What a recipe is followed with.
#[derive(Clone, Copy)]
pub struct Signer<'s> {
    /// What the Secret of the Receiver holds.
    pub secret: &'s SecretData,
    /// `spec.config` of the Receiver.
    pub config: Option<&'s Map<String, serde_json::Value>>,
    /// A token that an issuer has signed. Without one a recorded delivery keeps its own.
    pub token: Option<&'s SecretBytes>,
}

/// One step of a recipe.
#[derive(Deserialize)]
#[serde(try_from = "StepFile")]
pub(super) enum Step {
    /// Sets one header.
    Header(HeaderStep),
    /// Signs as `spec.config` of `generic-hmac` says.
    Scheme,
}

pub(super) struct HeaderStep {
    name: Name,
    prefix: String,
    value: Value,
}

enum Name {
    Written(HeaderName),
    Credential(String),
}

enum Value {
    UnixSeconds,
    DeliveryId,
    IssuedToken,
    Credential(String),
    Basic(Basic),
    Hmac(Hmac),
}

/// A step as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StepFile {
    header: Option<String>,
    header_from: Option<String>,
    #[serde(default)]
    prefix: String,
    now: Option<Clock>,
    credential: Option<String>,
    basic: Option<Basic>,
    hmac: Option<HmacFile>,
    token: Option<Token>,
    scheme: Option<SchemeSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Clock {
    UnixSeconds,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Token {
    Issued,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SchemeSource {
    Config,
}

/// Keys of the Secret whose values make up a Basic `authorization` (RFC 7617).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basic {
    username: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HmacFile {
    algorithm: String,
    key: String,
    encoding: String,
    digest: Digest,
    message: Vec<Piece>,
}

struct Hmac {
    algorithm: HmacAlgorithm,
    key: String,
    encoding: Encoding,
    digest: Digest,
    message: Vec<Part>,
}

/// How the digest is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Digest {
    Hex,
    Base64,
}

/// A part of the signed message as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Piece {
    Body,
    Query,
    Method,
    Target,
    Header(String),
    Form(String),
    Text(String),
}

impl From<Piece> for Part {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Body => Self::Body,
            Piece::Query => Self::Query,
            Piece::Method => Self::Method,
            Piece::Target => Self::Target,
            Piece::Header(name) => Self::Header(name),
            Piece::Form(field) => Self::Form(field),
            Piece::Text(text) => Self::Bytes(text.into_bytes()),
        }
    }
}

impl TryFrom<StepFile> for Step {
    type Error = String;

    fn try_from(file: StepFile) -> Result<Self, String> {
        let StepFile {
            header,
            header_from,
            prefix,
            now,
            credential,
            basic,
            hmac,
            token,
            scheme,
        } = file;
        let values = [
            now.map(|Clock::UnixSeconds| Value::UnixSeconds),
            credential.map(Value::Credential),
            basic.map(Value::Basic),
            hmac.map(Hmac::try_from).transpose()?.map(Value::Hmac),
            token.map(|Token::Issued| Value::IssuedToken),
        ];
        let mut values = values.into_iter().flatten();
        let value = (values.next(), values.next());
        if let Some(SchemeSource::Config) = scheme {
            return match (header, header_from, prefix.as_str(), value) {
                (None, None, "", (None, None)) => Ok(Self::Scheme),
                _ => Err("scheme sets its headers itself and stands alone".to_owned()),
            };
        }
        let name = match (header, header_from) {
            (Some(name), None) => Name::written(&name)?,
            (None, Some(key)) => Name::Credential(key),
            _ => return Err("a step has one of header and header-from".to_owned()),
        };
        let (Some(value), None) = value else {
            return Err("a step has one of now, credential, basic, hmac and token".to_owned());
        };
        Ok(Self::Header(HeaderStep {
            name,
            prefix,
            value,
        }))
    }
}

impl Name {
    fn written(name: &str) -> Result<Self, String> {
        HeaderName::from_bytes(name.as_bytes())
            .map(Self::Written)
            .map_err(|_| format!("header {name:?} is no header name"))
    }
}

impl TryFrom<HmacFile> for Hmac {
    type Error = String;

    fn try_from(file: HmacFile) -> Result<Self, String> {
        Ok(Self {
            algorithm: HmacAlgorithm::parse(&file.algorithm).ok_or_else(|| {
                format!(
                    "algorithm {:?} is none of sha1, sha256, sha384 and sha512",
                    file.algorithm
                )
            })?,
            encoding: Encoding::parse(&file.encoding).ok_or_else(|| {
                format!(
                    "encoding {:?} is none of text, base64, hex and whsec",
                    file.encoding
                )
            })?,
            key: file.key,
            digest: file.digest,
            message: file.message.into_iter().map(Part::from).collect(),
        })
    }
}

/// Follows a recipe: each step sets its header, and may sign what an earlier one has set.
///
/// # Errors
/// The step that cannot be followed, and what it lacks. No value of the Secret is named.
pub(super) fn apply(steps: &[Step], signer: Signer<'_>, delivery: &mut Delivery) -> Result<()> {
    for (index, step) in steps.iter().enumerate() {
        step.apply(signer, delivery)
            .with_context(|| format!("sign[{index}]"))?;
    }
    Ok(())
}

impl Step {
    /// The keys of the Secret that it takes.
    pub(super) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Header(step) => step.keys(),
            Self::Scheme => vec![scheme::KEY],
        }
    }

    /// Whether it follows the config of the Receiver.
    pub(super) fn follows_config(&self) -> bool {
        matches!(self, Self::Scheme)
    }

    /// Whether it takes a token that nobody here can make.
    pub(super) fn takes_token(&self) -> bool {
        matches!(self, Self::Header(step) if matches!(step.value, Value::IssuedToken))
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
            Name::Written(_) => None,
            Name::Credential(key) => Some(key),
        };
        let (first, second) = match &self.value {
            Value::UnixSeconds | Value::DeliveryId | Value::IssuedToken => (None, None),
            Value::Credential(key) => (Some(key), None),
            Value::Basic(basic) => (Some(&basic.username), Some(&basic.password)),
            Value::Hmac(hmac) => (Some(&hmac.key), None),
        };
        let keys = [name, first, second].into_iter().flatten();
        keys.map(String::as_str).collect()
    }

    fn apply(&self, signer: Signer<'_>, delivery: &mut Delivery) -> Result<()> {
        let Some(bytes) = self.value.bytes(signer, delivery)? else {
            return Ok(());
        };
        let name = match &self.name {
            Name::Written(name) => name.clone(),
            Name::Credential(key) => HeaderName::from_bytes(value_of(signer.secret, key)?.expose())
                .with_context(|| format!("the Secret's '{key}' is no header name"))?,
        };
        let value = [self.prefix.as_bytes(), &bytes].concat();
        let mut value = HeaderValue::from_bytes(&value)
            .with_context(|| format!("what {name} would hold is no header's value"))?;
        value.set_sensitive(true);
        delivery.headers.insert(name, value);
        Ok(())
    }
}

impl Value {
    /// The value, or `None` where the delivery keeps its own.
    fn bytes(&self, signer: Signer<'_>, delivery: &Delivery) -> Result<Option<Vec<u8>>> {
        let secret = signer.secret;
        Ok(Some(match self {
            Self::UnixSeconds => unix_seconds(delivery.received),
            Self::DeliveryId => delivery.id.as_str().into(),
            Self::IssuedToken => match signer.token {
                Some(token) => token.expose().to_vec(),
                None => return Ok(None),
            },
            Self::Credential(key) => value_of(secret, key)?.expose().to_vec(),
            Self::Basic(basic) => {
                let username = value_of(secret, &basic.username)?;
                let password = value_of(secret, &basic.password)?;
                let pair = [username.expose(), b":", password.expose()].concat();
                format!("Basic {}", BASE64_STANDARD.encode(pair)).into_bytes()
            }
            Self::Hmac(hmac) => hmac.over(secret, delivery)?.into_bytes(),
        }))
    }
}

impl Hmac {
    fn over(&self, secret: &SecretData, delivery: &Delivery) -> Result<String> {
        let key = value_of(secret, &self.key)?;
        let parts = message_parts(delivery, &self.message)
            .context("a header or form field of the message is absent or repeated")?;
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let mac = bellpull_proof::sign(key, &self.key, self.encoding, self.algorithm, &parts)?;
        Ok(match self.digest {
            Digest::Hex => hex::encode(mac),
            Digest::Base64 => BASE64_STANDARD.encode(mac),
        })
    }
}

fn unix_seconds(at: Timestamp) -> Vec<u8> {
    at.as_second().to_string().into_bytes()
}

fn value_of<'s>(secret: &'s SecretData, key: &str) -> Result<&'s SecretBytes> {
    let value = secret
        .get(key)
        .with_context(|| format!("the Secret has no key '{key}': add it"))?;
    ensure!(!value.expose().is_empty(), "the Secret's '{key}' is empty");
    Ok(value)
}
