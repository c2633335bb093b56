use http::Method;
use serde::{Deserialize, Serialize};

use crate::Source;

/// Headers that always carry credentials (RFC 9110, sections 11.6.2 and 11.7.2; RFC 6265).
const ALWAYS_REDACTED: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// How a binding proves who sent a delivery, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// A MAC or signature over the delivery.
    Signature,
    /// A token signed by an issuer.
    Token,
    /// A shared secret that the sender presents.
    Secret,
    /// Nothing but the unguessable path.
    PathOnly,
}

impl Authentication {
    /// All of them, the strongest first.
    pub const ALL: [Self; 4] = [Self::Signature, Self::Token, Self::Secret, Self::PathOnly];

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.as_str() == name)
    }

    /// As `receivers -o wide` shows it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Token => "token",
            Self::Secret => "secret",
            Self::PathOnly => "path-only",
        }
    }
}

/// How a Secret's text becomes the key of a MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Its bytes.
    Text,
    /// Standard base64.
    Base64,
    /// Hexadecimal.
    Hex,
    /// `whsec_` and base64 (Standard Webhooks, spec/standard-webhooks.md, "Signature scheme").
    Whsec,
}

impl Encoding {
    /// The encoding of that name in the contract.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "base64" => Self::Base64,
            "hex" => Self::Hex,
            "whsec" => Self::Whsec,
            _ => return None,
        })
    }
}

/// One key of the Secret as a binding uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUse {
    /// Key of the Secret.
    pub key: String,
    /// How its text becomes the key of a MAC.
    pub encoding: Encoding,
    /// Whether a check of it must have succeeded before `accept`.
    pub proves: bool,
}

/// Which methods a binding answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Methods {
    /// Any.
    Any,
    /// These.
    Only(Vec<Method>),
}

impl Methods {
    /// Whether `method` is answered.
    #[must_use]
    pub fn allows(&self, method: &Method) -> bool {
        match self {
            Self::Any => true,
            Self::Only(methods) => methods.contains(method),
        }
    }

    /// The value of an `Allow` header (RFC 9110, section 10.2.1).
    #[must_use]
    pub fn allow_header(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::Only(methods) => methods
                .iter()
                .map(Method::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

/// How one Receiver authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The kind of proof.
    pub authentication: Authentication,
    /// The keys that must be present and not empty.
    pub credentials: Vec<CredentialUse>,
    /// Methods answered.
    pub methods: Methods,
    /// What carries a credential.
    pub carriers: Vec<Source>,
    /// Whose tokens are taken.
    pub issuers: Vec<String>,
    /// Whether the body must be read before it can be verified.
    pub parses_before_verify: bool,
    /// Whether a reply may be given without the bound checks.
    pub answers_handshakes: bool,
    /// For the Receiver's condition.
    pub warnings: Vec<String>,
}

impl Binding {
    /// Whether a component may read the body before the bound checks have succeeded.
    #[must_use]
    pub fn reads_before_proof(&self) -> bool {
        self.parses_before_verify || self.authentication == Authentication::PathOnly
    }

    /// Whether a part of the body is a credential, so that the whole must not be read raw.
    #[must_use]
    pub fn hides_body(&self) -> bool {
        self.carriers
            .iter()
            .any(|c| matches!(c, Source::Member(_) | Source::Form(_)))
    }

    /// Whether a header is not to be shown: it carries a credential.
    #[must_use]
    pub fn redacts_header(&self, name: &str) -> bool {
        let carriers = self.carriers.iter().filter_map(Source::header);
        ALWAYS_REDACTED
            .into_iter()
            .chain(carriers)
            .any(|redacted| name.eq_ignore_ascii_case(redacted))
    }

    /// Whether a query parameter is not to be shown.
    #[must_use]
    pub fn redacts_query(&self, name: &str) -> bool {
        self.carriers
            .iter()
            .any(|carrier| matches!(carrier, Source::Query(query) if query == name))
    }

    /// The keys of which a check must have succeeded.
    pub fn proving_keys(&self) -> impl Iterator<Item = &str> {
        self.credentials
            .iter()
            .filter(|c| c.proves)
            .map(|c| c.key.as_str())
    }

    /// Where a request presents the value of a key, as far as the binding tells. Under `secret` every
    /// proving key is presented; under `signature` the first one signs. Those that are presented and
    /// what carries them are listed in the same order, to the end of both.
    #[must_use]
    pub fn carrier_of(&self, key: &str) -> Option<&Source> {
        let signing = match self.authentication {
            Authentication::Secret => 0,
            Authentication::Signature => 1,
            Authentication::Token | Authentication::PathOnly => return None,
        };
        let presented: Vec<&str> = self.proving_keys().skip(signing).collect();
        let pairs = presented.iter().rev().zip(self.carriers.iter().rev());
        pairs
            .into_iter()
            .find_map(|(presented, carrier)| (*presented == key).then_some(carrier))
    }

    /// What makes the binding itself impossible, if anything.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        let proving = self.proving_keys().count();
        match self.authentication {
            Authentication::PathOnly if proving > 0 => {
                Some("authentication is path-only, yet a credential proves")
            }
            Authentication::Secret if proving == 0 => {
                Some("no credential proves, yet authentication is by a secret")
            }
            Authentication::Token if self.issuers.is_empty() => {
                Some("no issuer is bound, yet authentication is by a token")
            }
            _ => None,
        }
    }
}
