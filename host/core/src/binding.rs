use std::collections::BTreeSet;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{ClientNames, Source};

/// Headers that always carry credentials (RFC 9110, sections 11.6.2 and 11.7.2; RFC 6265).
const ALWAYS_REDACTED: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// How a binding proves who sent a delivery, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// A MAC or signature over the delivery.
    Signature,
    /// A client certificate that the listener has verified. It proves who has the connection, and so
    /// covers the body, unlike a token or a secret. It is not bound to one delivery, unlike a signature.
    Certificate,
    /// A token signed by an issuer.
    Token,
    /// A shared secret that the sender presents.
    Secret,
    /// Nothing but the unguessable path.
    PathOnly,
}

impl Authentication {
    /// All of them, the strongest first.
    pub const ALL: [Self; 5] = [
        Self::Signature,
        Self::Certificate,
        Self::Token,
        Self::Secret,
        Self::PathOnly,
    ];

    /// The kind with that name.
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
            Self::Certificate => "certificate",
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

/// How a binding uses one key of the Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUse {
    /// Key of the Secret.
    pub key: String,
    /// How its text becomes the key of a MAC.
    pub encoding: Encoding,
    /// Whether a check of it must have succeeded before `accept`.
    pub proves: bool,
    /// Where a delivery presents its value. A delivery uses exactly one of these places. Empty: the
    /// value is never presented.
    pub presented: Vec<Source>,
}

/// The HTTP methods that a binding answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Methods {
    Any,
    /// Only the methods in this list.
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
    /// The keys of the Secret that it uses. Each must be present and not empty.
    pub credentials: Vec<CredentialUse>,
    pub methods: Methods,
    /// Where a delivery presents the token of an issuer. A delivery uses exactly one of these
    /// places.
    pub tokens: Vec<Source>,
    /// The issuers whose tokens are accepted.
    pub issuers: Vec<String>,
    /// The names of client certificates. If there are any, each delivery must come over a connection whose
    /// verified client certificate has one of them, whatever else it must prove.
    pub client_names: Option<ClientNames>,
    /// Whether the body must be read before it can be verified.
    pub parses_before_verify: bool,
    /// Whether the component may reply before the bound checks have succeeded.
    pub answers_handshakes: bool,
    /// Whether a reply may hold a MAC of the challenge. Then anybody can obtain the MAC of a short
    /// message.
    pub reply_macs: bool,
    /// For the Receiver's condition.
    pub warnings: Vec<String>,
}

impl Binding {
    /// Whether the proof is a signature that only the component can check: no key of the Secret
    /// proves, so the component's author decides whose signature counts.
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
    pub fn credential_places(&self) -> impl Iterator<Item = &Source> {
        let presented = self.credentials.iter().flat_map(|c| &c.presented);
        presented.chain(&self.tokens)
    }

    /// Where a delivery presents the value of `key`. Empty if `key` is not bound.
    #[must_use]
    pub fn places_of(&self, key: &str) -> &[Source] {
        let mut bound = self.credentials.iter();
        bound
            .find(|c| c.key == key)
            .map_or(&[], |c| c.presented.as_slice())
    }

    /// Whether the body holds a credential. Then the component must not read the raw body.
    #[must_use]
    pub fn hides_body(&self) -> bool {
        self.credential_places()
            .any(|c| matches!(c, Source::Member(_) | Source::Form(_)))
    }

    /// Whether a header carries a credential and is hidden.
    #[must_use]
    pub fn redacts_header(&self, name: &str) -> bool {
        let carriers = self.credential_places().filter_map(Source::header);
        ALWAYS_REDACTED
            .into_iter()
            .chain(carriers)
            .any(|redacted| name.eq_ignore_ascii_case(redacted))
    }

    /// Whether a query parameter carries a credential and is hidden.
    #[must_use]
    pub fn redacts_query(&self, name: &str) -> bool {
        self.credential_places()
            .any(|carrier| matches!(carrier, Source::Query(query) if query == name))
    }

    /// The keys that must have been checked with success before `accept`.
    pub fn proving_keys(&self) -> impl Iterator<Item = &str> {
        self.credentials
            .iter()
            .filter(|c| c.proves)
            .map(|c| c.key.as_str())
    }

    /// Why the binding contradicts itself, if it does.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        let mut proving = self.credentials.iter().filter(|c| c.proves);
        let keys: BTreeSet<&str> = self.credentials.iter().map(|c| c.key.as_str()).collect();
        if keys.len() < self.credentials.len() {
            return Some("a credential is bound twice");
        }
        if self.issuers.is_empty() && !self.tokens.is_empty() {
            return Some("a place of tokens is bound, but no issuer");
        }
        match self.authentication {
            Authentication::PathOnly if self.client_names.is_some() => {
                Some("authentication is path-only, but client-names are bound: bind certificate")
            }
            Authentication::Certificate if self.client_names.is_none() => {
                Some("authentication is by a certificate, but no client-names are bound")
            }
            Authentication::PathOnly => proving
                .next()
                .map(|_| "authentication is path-only, but a credential proves"),
            Authentication::Secret if proving.clone().next().is_none() => {
                Some("authentication is by a secret, but no credential proves")
            }
            Authentication::Secret => proving.any(|c| c.presented.is_empty()).then_some(
                "authentication is by a secret, but a credential that proves has no place",
            ),
            Authentication::Token if self.issuers.is_empty() => {
                Some("authentication is by a token, but no issuer is bound")
            }
            Authentication::Token if self.tokens.is_empty() => {
                Some("authentication is by a token, but no place of tokens is bound")
            }
            Authentication::Certificate | Authentication::Token | Authentication::Signature => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Authentication::{Certificate, PathOnly, Secret, Signature, Token};

    fn binding(authentication: Authentication) -> Binding {
        Binding {
            authentication,
            credentials: Vec::new(),
            methods: Methods::Any,
            tokens: Vec::new(),
            issuers: Vec::new(),
            client_names: None,
            parses_before_verify: false,
            answers_handshakes: false,
            reply_macs: false,
            warnings: Vec::new(),
        }
    }

    fn proving(presented: &[Source]) -> Vec<CredentialUse> {
        vec![CredentialUse {
            key: "a".to_owned(),
            encoding: Encoding::Text,
            proves: true,
            presented: presented.to_vec(),
        }]
    }

    #[test]
    fn a_binding_that_contradicts_itself_says_how() {
        let place = || vec![Source::Header("x-token".to_owned())];
        let names = || ClientNames::parse("sender.example").ok();
        let with = |authentication, credentials| Binding {
            credentials,
            ..binding(authentication)
        };
        let of_clients = |authentication| Binding {
            client_names: names(),
            ..binding(authentication)
        };
        let by_token = |tokens, issuers: &[&str]| Binding {
            tokens,
            issuers: issuers.iter().map(|&issuer| issuer.to_owned()).collect(),
            ..binding(Token)
        };
        for (binding, expected) in [
            (binding(PathOnly), None),
            (with(PathOnly, proving(&[])), Some("a credential proves")),
            (of_clients(PathOnly), Some("bind certificate")),
            (binding(Certificate), Some("no client-names")),
            (of_clients(Certificate), None),
            (
                Binding {
                    credentials: proving(&place()),
                    ..of_clients(Certificate)
                },
                None,
            ),
            (of_clients(Signature), None),
            (binding(Signature), None),
            (binding(Secret), Some("no credential proves")),
            (with(Secret, proving(&[])), Some("has no place")),
            (with(Secret, proving(&place())), None),
            (
                with(Signature, [proving(&[]), proving(&[])].concat()),
                Some("bound twice"),
            ),
            (by_token(place(), &["issuer"]), None),
            (by_token(place(), &[]), Some("but no issuer")),
            (by_token(Vec::new(), &[]), Some("no issuer is bound")),
            (
                by_token(Vec::new(), &["issuer"]),
                Some("no place of tokens"),
            ),
        ] {
            let got = binding.contradiction();
            let fits = match (got, expected) {
                (None, None) => true,
                (Some(got), Some(expected)) => got.contains(expected),
                _ => false,
            };
            assert!(fits, "{binding:?}: {got:?}, expected {expected:?}");
        }
    }
}
