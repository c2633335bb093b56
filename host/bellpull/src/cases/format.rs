//! The format of `case.yaml`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use anyhow::ensure;
use bellpull_api::OidcProvider;
use bellpull_core::{
    DeliveryClient, IgnoreClass, OutcomeKind, SecretBytes, SecretData, VerifiedCertificate,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::sign::SignStep;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseFile {
    pub(super) provider: String,
    #[serde(default)]
    pub(super) events: Vec<String>,
    pub(super) config: Option<Map<String, Value>>,
    #[serde(default, rename = "oidcProviders")]
    pub(super) oidc_providers: Vec<OidcProvider>,
    #[serde(deserialize_with = "secret_data")]
    pub(super) credentials: SecretData,
    pub(super) now: Option<String>,
    #[serde(default)]
    pub(super) request: RequestFile,
    #[serde(default)]
    pub(super) client: ClientFile,
    pub(super) body: Option<String>,
    pub(super) text: Option<String>,
    pub(super) base64: Option<String>,
    pub(super) repeat: Option<Repeat>,
    #[serde(default)]
    pub(super) sign: Vec<SignStep>,
    pub(super) sample: Option<String>,
    /// Answers of the network, by URL.
    #[serde(default)]
    pub(super) network: BTreeMap<String, AnswerFile>,
    pub(super) expect: Expectation,
}

/// The request line and headers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RequestFile {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Default for RequestFile {
    fn default() -> Self {
        Self {
            method: "POST".to_owned(),
            target: "/hook/test".to_owned(),
            headers: Vec::new(),
        }
    }
}

/// Who sends the delivery. It has a certificate if the subject or the names are there.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientFile {
    address: Option<IpAddr>,
    subject: Option<String>,
    names: Option<Vec<String>>,
}

impl From<ClientFile> for DeliveryClient {
    fn from(file: ClientFile) -> Self {
        let has_certificate = file.subject.is_some() || file.names.is_some();
        let certificate = VerifiedCertificate {
            subject: file.subject.unwrap_or_default(),
            names: file.names.unwrap_or_default(),
        };
        Self {
            address: file.address,
            certificate: has_certificate.then(|| Arc::new(certificate)),
        }
    }
}

/// An answer of the network. At most one of the members other than `status` is set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFile {
    #[serde(default = "ok")]
    pub(super) status: u16,
    pub(super) file: Option<String>,
    pub(super) text: Option<String>,
    pub(super) json: Option<Value>,
}

fn ok() -> u16 {
    200
}

/// A body that is too long to be written out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    pub(super) text: String,
    pub(super) times: usize,
}

impl Repeat {
    /// Most bytes: twenty times the default `--max-body`, enough for any limit that a test sets.
    const MOST: usize = 60 << 20;

    pub(super) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let length = self.text.len().checked_mul(self.times);
        ensure!(
            length.is_some_and(|length| length <= Self::MOST),
            "repeat makes more than {} bytes: lower 'times'",
            Self::MOST
        );
        Ok(self.text.repeat(self.times).into_bytes())
    }
}

/// The expected result of a case.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    pub outcome: CaseOutcome,
    pub status: u16,
    /// Part of the component's reason, or of the condition of a Receiver that is not ready.
    pub reason: Option<String>,
    /// Why the delivery is ignored, if that is the outcome.
    pub class: Option<IgnoreClass>,
    /// Exactly those fields of the event whose facts are wrong and therefore dropped, in their order.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// Part of the only event, as [`bellpull_core::ReportedEvent`] is serialised. Members that are not named
    /// may have any value. `null` stands for an absent member. Arrays have the same length; an empty
    /// array may be absent. `null`: the delivery tells no event.
    #[serde(default, deserialize_with = "written")]
    pub event: Option<Value>,
    /// The same for each of several events.
    pub events: Option<Vec<Value>>,
    /// Whether the events are all events of the delivery.
    pub complete: Option<bool>,
}

/// How a case ends: an outcome that depends on no target, or a Receiver that is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseOutcome {
    /// The component accepted.
    Notified,
    /// Authentic and of no interest.
    Ignored,
    /// The component answered the sender.
    Replied,
    /// Not what the provider sends.
    Malformed,
    /// Its content coding is not undone.
    EncodedBody,
    /// No proof, a wrong one or a stale one.
    Unauthenticated,
    /// The component failed, or could not verify.
    Unavailable,
    /// Not a method that the binding names.
    WrongMethod,
    /// The body is over the limit.
    TooLarge,
    /// The Receiver cannot be bound as it stands.
    NotReady,
}

impl CaseOutcome {
    /// As `case.yaml` writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notified => OutcomeKind::Notified.as_str(),
            Self::Ignored => OutcomeKind::Ignored.as_str(),
            Self::Replied => OutcomeKind::Replied.as_str(),
            Self::Malformed => OutcomeKind::Malformed.as_str(),
            Self::EncodedBody => OutcomeKind::EncodedBody.as_str(),
            Self::Unauthenticated => OutcomeKind::Unauthenticated.as_str(),
            Self::Unavailable => OutcomeKind::Unavailable.as_str(),
            Self::WrongMethod => OutcomeKind::WrongMethod.as_str(),
            Self::TooLarge => OutcomeKind::TooLarge.as_str(),
            Self::NotReady => "not-ready",
        }
    }
}

impl fmt::Display for CaseOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value that is written, even as `null`.
fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn secret_data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretData, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    Ok(texts
        .into_iter()
        .map(|(key, text)| (key, SecretBytes::new(text.into_bytes())))
        .collect())
}
