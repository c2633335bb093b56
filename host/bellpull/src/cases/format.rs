use std::collections::BTreeMap;
use std::fmt;

use anyhow::ensure;
use bellpull_api::OidcProvider;
use bellpull_core::{IgnoreClass, OutcomeKind, SecretBytes, SecretData};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::sign::Step;

/// `case.yaml` as it is written.
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
    pub(super) body: Option<String>,
    pub(super) text: Option<String>,
    pub(super) base64: Option<String>,
    pub(super) repeat: Option<Repeat>,
    #[serde(default)]
    pub(super) sign: Vec<Step>,
    pub(super) sample: Option<String>,
    /// What of the network answers, by URL.
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

/// One answer of the network: status and one form of body.
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

/// A body too long to be written out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    pub(super) text: String,
    pub(super) times: usize,
}

impl Repeat {
    /// Twenty times the default limit of a body: enough for any limit that a test sets.
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

/// What should come of a case.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// How it ends.
    pub outcome: CaseOutcome,
    /// HTTP status.
    pub status: u16,
    /// Part of the component's reason, or of the condition's message of a Receiver that is not
    /// ready.
    pub reason: Option<String>,
    /// Why it is of no interest, where that is how it ends.
    pub class: Option<IgnoreClass>,
    /// Fields of the event whose facts are none and are dropped, in their order; no others may be.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// Part of the one event as [`bellpull_core::ReportedEvent`] is serialised: members that are not named
    /// may be anything, `null` stands for an absent one, and arrays are as long as here; an empty one
    /// may be absent too.
    pub event: Option<Value>,
    /// The same of each of several.
    pub events: Option<Vec<Value>>,
    /// Whether these are all that the delivery tells.
    pub complete: Option<bool>,
}

/// How a case ends: the outcomes that depend on no target, and a Receiver that does not serve.
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

fn secret_data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretData, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    Ok(texts
        .into_iter()
        .map(|(key, text)| (key, SecretBytes::new(text.into_bytes())))
        .collect())
}
