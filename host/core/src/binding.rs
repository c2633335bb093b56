use std::collections::BTreeSet;

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
    /// Where a delivery presents its value: exactly one of them. None: it is never presented.
    pub presented: Vec<Source>,
}

/// Which methods a binding answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Methods {
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
    /// Where a delivery presents the token of an issuer: exactly one of them.
    pub tokens: Vec<Source>,
    /// Whose tokens are taken.
    pub issuers: Vec<String>,
    /// Whether the body must be read before it can be verified.
    pub parses_before_verify: bool,
    /// Whether a reply may be given without the bound checks.
    pub answers_handshakes: bool,
    /// Whether replies may have MACs, so that anybody may have had one of a challenge.
    pub reply_macs: bool,
    /// For the Receiver's condition.
    pub warnings: Vec<String>,
}

impl Binding {
    /// Whether it proves by a signature under a key of the component's own: no key of the Secret proves,
    /// and whoever made the component says whose signature that is.
    #[must_use]
    pub fn proves_by_own_key(&self) -> bool {
        let proving = self.credentials.iter().any(|one| one.proves);
        self.authentication == Authentication::Signature && !proving
    }

    /// Whether a component may read the body before the bound checks have succeeded.
    #[must_use]
    pub fn reads_before_proof(&self) -> bool {
        self.parses_before_verify || self.authentication == Authentication::PathOnly
    }

    /// Every place that carries a credential.
    pub fn carriers(&self) -> impl Iterator<Item = &Source> {
        let presented = self.credentials.iter().flat_map(|c| &c.presented);
        presented.chain(&self.tokens)
    }

    /// Where a delivery presents the value of `key`; nowhere, if that is not bound.
    #[must_use]
    pub fn places_of(&self, key: &str) -> &[Source] {
        let mut bound = self.credentials.iter();
        bound
            .find(|c| c.key == key)
            .map_or(&[], |c| c.presented.as_slice())
    }

    /// Whether a part of the body is a credential, so that the whole must not be read raw.
    #[must_use]
    pub fn hides_body(&self) -> bool {
        self.carriers()
            .any(|c| matches!(c, Source::Member(_) | Source::Form(_)))
    }

    /// Whether a header is not to be shown: it carries a credential.
    #[must_use]
    pub fn redacts_header(&self, name: &str) -> bool {
        let carriers = self.carriers().filter_map(Source::header);
        ALWAYS_REDACTED
            .into_iter()
            .chain(carriers)
            .any(|redacted| name.eq_ignore_ascii_case(redacted))
    }

    /// Whether a query parameter is not to be shown.
    #[must_use]
    pub fn redacts_query(&self, name: &str) -> bool {
        self.carriers()
            .any(|carrier| matches!(carrier, Source::Query(query) if query == name))
    }

    /// The keys of which a check must have succeeded.
    pub fn proving_keys(&self) -> impl Iterator<Item = &str> {
        self.credentials
            .iter()
            .filter(|c| c.proves)
            .map(|c| c.key.as_str())
    }

    /// What makes the binding itself impossible, if anything.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        let mut proving = self.credentials.iter().filter(|c| c.proves);
        let keys: BTreeSet<&str> = self.credentials.iter().map(|c| c.key.as_str()).collect();
        if keys.len() < self.credentials.len() {
            return Some("a credential is bound twice");
        }
        if self.issuers.is_empty() && !self.tokens.is_empty() {
            return Some("a place of tokens is bound, yet no issuer");
        }
        match self.authentication {
            Authentication::PathOnly => proving
                .next()
                .map(|_| "authentication is path-only, yet a credential proves"),
            Authentication::Secret if proving.clone().next().is_none() => {
                Some("no credential proves, yet authentication is by a secret")
            }
            Authentication::Secret => proving
                .any(|c| c.presented.is_empty())
                .then_some("authentication is by a secret, yet one that proves has no place"),
            Authentication::Token if self.issuers.is_empty() => {
                Some("no issuer is bound, yet authentication is by a token")
            }
            Authentication::Token if self.tokens.is_empty() => {
                Some("no place of tokens is bound, yet authentication is by one")
            }
            Authentication::Token | Authentication::Signature => None,
        }
    }
}
