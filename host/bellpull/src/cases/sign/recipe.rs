//! The signing steps of a case as `case.yaml` writes them.

use bellpull_core::Encoding;
use bellpull_core::http::HeaderName;
use bellpull_proof::{HmacAlgorithm, Part};
use serde::Deserialize;

/// A step of the recipe.
#[derive(Deserialize)]
#[serde(try_from = "StepFile")]
pub(crate) enum SignStep {
    /// Sets one header.
    Header(HeaderStep),
    /// Signs as `spec.config` of `generic-hmac` says.
    Scheme,
}

pub(crate) struct HeaderStep {
    pub(super) name: HeaderNameFrom,
    pub(super) prefix: String,
    pub(super) value: HeaderValueFrom,
}

pub(super) enum HeaderNameFrom {
    Written(HeaderName),
    Credential(String),
}

pub(super) enum HeaderValueFrom {
    UnixSeconds,
    DeliveryId,
    IssuedToken,
    Credential(String),
    Basic(BasicKeys),
    Hmac(HmacRecipe),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StepFile {
    header: Option<String>,
    header_from: Option<String>,
    #[serde(default)]
    prefix: String,
    now: Option<Clock>,
    credential: Option<String>,
    basic: Option<BasicKeys>,
    hmac: Option<HmacFile>,
    token: Option<TokenFrom>,
    scheme: Option<SchemeFrom>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Clock {
    UnixSeconds,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum TokenFrom {
    Issued,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SchemeFrom {
    Config,
}

/// Keys of the Secret whose values make up a Basic `authorization` (RFC 7617).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BasicKeys {
    pub(super) username: String,
    pub(super) password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HmacFile {
    pub(super) algorithm: String,
    pub(super) key: String,
    pub(super) encoding: String,
    pub(super) digest: DigestEncoding,
    pub(super) message: Vec<MessagePiece>,
}

pub(super) struct HmacRecipe {
    pub(super) algorithm: HmacAlgorithm,
    pub(super) key: String,
    pub(super) encoding: Encoding,
    pub(super) digest: DigestEncoding,
    pub(super) message: Vec<SignedPart>,
}

/// A part of a message that is signed.
#[derive(PartialEq, Eq)]
pub(super) enum SignedPart {
    Of(Part),
    /// The time of the delivery.
    UnixSeconds,
}

/// How the header holds the MAC.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DigestEncoding {
    Hex,
    Base64,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MessagePiece {
    Body,
    Query,
    Method,
    Target,
    Header(String),
    Form(String),
    Text(String),
    Now(Clock),
}

impl From<MessagePiece> for SignedPart {
    fn from(piece: MessagePiece) -> Self {
        Self::Of(match piece {
            MessagePiece::Body => Part::Body,
            MessagePiece::Query => Part::Query,
            MessagePiece::Method => Part::Method,
            MessagePiece::Target => Part::Target,
            MessagePiece::Header(name) => Part::Header(name),
            MessagePiece::Form(field) => Part::Form(field),
            MessagePiece::Text(text) => Part::Bytes(text.into_bytes()),
            MessagePiece::Now(Clock::UnixSeconds) => return Self::UnixSeconds,
        })
    }
}

impl TryFrom<StepFile> for SignStep {
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
            now.map(|Clock::UnixSeconds| HeaderValueFrom::UnixSeconds),
            credential.map(HeaderValueFrom::Credential),
            basic.map(HeaderValueFrom::Basic),
            hmac.map(HmacRecipe::try_from)
                .transpose()?
                .map(HeaderValueFrom::Hmac),
            token.map(|TokenFrom::Issued| HeaderValueFrom::IssuedToken),
        ];
        let mut values = values.into_iter().flatten();
        let value = (values.next(), values.next());
        if let Some(SchemeFrom::Config) = scheme {
            return match (header, header_from, prefix.as_str(), value) {
                (None, None, "", (None, None)) => Ok(Self::Scheme),
                _ => Err("a step with scheme has no other member".to_owned()),
            };
        }
        let name = match (header, header_from) {
            (Some(name), None) => HeaderNameFrom::written(&name)?,
            (None, Some(key)) => HeaderNameFrom::Credential(key),
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

impl HeaderNameFrom {
    pub(super) fn written(name: &str) -> Result<Self, String> {
        HeaderName::from_bytes(name.as_bytes())
            .map(Self::Written)
            .map_err(|_| format!("header {name:?} is not a header name"))
    }
}

impl TryFrom<HmacFile> for HmacRecipe {
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
            message: file.message.into_iter().map(SignedPart::from).collect(),
        })
    }
}
