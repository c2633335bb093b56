//! How strongly the deliveries of a Receiver authenticate. A component that is weaker than its
//! predecessor, or than the Receiver demands, makes the Receiver not ready.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::reason::{Reason, Unready};
use bellpull_core::{Authentication, Binding, ReceiverObject};

/// What a delivery must prove under a binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strength {
    authentication: Authentication,
    /// The keys of the Secret that must be proven.
    proving: BTreeSet<String>,
    /// The issuers whose tokens are accepted.
    issuers: BTreeSet<String>,
    /// Whether the component reads the body before it verifies the signature.
    parses_before_verify: bool,
    /// The names of client certificates of which one is demanded. Empty: no certificate is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    client_names: BTreeSet<String>,
}

impl Strength {
    pub(super) fn of(binding: &Binding) -> Self {
        let proving = binding.credentials.iter().filter(|one| one.proves);
        Self {
            authentication: binding.authentication,
            proving: proving.map(|one| one.key.clone()).collect(),
            issuers: binding.issuers.iter().cloned().collect(),
            parses_before_verify: binding.parses_before_verify,
            client_names: binding
                .client_names
                .as_ref()
                .map_or_else(BTreeSet::new, |names| names.all().clone()),
        }
    }

    /// In what way this is weaker than `before`; `None` when it is not.
    fn lacks(&self, before: &Self) -> Option<String> {
        if self.authentication > before.authentication {
            return Some(format!(
                "by {} where it was by {}",
                self.authentication.as_str(),
                before.authentication.as_str()
            ));
        }
        if let Some(key) = before.proving.difference(&self.proving).next() {
            return Some(format!("without key {key:?} of its Secret"));
        }
        if self.parses_before_verify && !before.parses_before_verify {
            return Some("after reading the body, where it was before".to_owned());
        }
        if !before.client_names.is_empty() {
            if self.client_names.is_empty() {
                return Some("without a client certificate".to_owned());
            }
            if !self.client_names.is_subset(&before.client_names) {
                return Some("with client certificates of further names too".to_owned());
            }
        }
        let trusts = before.authentication == Authentication::Token;
        let issuer = self.issuers.difference(&before.issuers).next();
        issuer
            .filter(|_| trusts)
            .map(|issuer| format!("with tokens of {issuer:?} too"))
    }
}

/// How strongly a Receiver authenticated last, in a form that outlives the process. An older version
/// of Bellpull holds a component to what it knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remembered {
    /// The type that the Receiver named.
    pub provider: String,
    /// The digest of the component.
    pub component: String,
    pub strength: Strength,
}

/// Checks that a Receiver may be served with this binding.
///
/// # Errors
/// When the Receiver demands a stronger binding, or the previous component had a stronger one.
pub(super) fn check(
    object: &ReceiverObject,
    binding: &Binding,
    previous: Option<&Strength>,
) -> Result<(), Unready> {
    let now = binding.authentication;
    if let Some(required) = object.required.filter(|required| now > *required) {
        return Err(Unready::new(
            Reason::WeakAuthentication,
            format!(
                "it authenticates by {} and the annotation {} demands {}: give it what the \
                 provider needs for that, or demand less",
                now.as_str(),
                bellpull_api::REQUIRE_ANNOTATION,
                required.as_str()
            ),
        ));
    }
    let strength = Strength::of(binding);
    let lacks = previous.and_then(|previous| strength.lacks(previous));
    match lacks {
        Some(lacks) if object.accepted.is_none_or(|accepted| now > accepted) => Err(Unready::new(
            Reason::WeakAuthentication,
            format!(
                "another version of the component would have it authenticate more weakly than the \
                 last one: {lacks}. Annotate it with {}: {} to accept that, or take the component back",
                bellpull_api::ACCEPT_ANNOTATION,
                now.as_str()
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Authentication::{Certificate, PathOnly, Secret, Signature, Token};

    fn texts(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    fn strength(
        authentication: Authentication,
        proving: &[&str],
        issuers: &[&str],
        parses_before_verify: bool,
    ) -> Strength {
        Strength {
            authentication,
            proving: texts(proving),
            issuers: texts(issuers),
            parses_before_verify,
            client_names: BTreeSet::new(),
        }
    }

    /// Each case has what was before, what is now, and a part of what is said.
    fn check(cases: &[(Strength, Strength, &str)]) {
        for (before, now, expected) in cases {
            let got = now.lacks(before).unwrap_or_default();
            assert!(
                got.contains(expected) && got.is_empty() == expected.is_empty(),
                "{before:?} {now:?}: {got:?}, expected {expected:?}"
            );
        }
    }

    #[test]
    fn what_asks_for_less_is_weaker() {
        let signed = strength(Signature, &["token"], &[], false);
        check(&[
            (signed.clone(), signed.clone(), ""),
            (
                signed.clone(),
                strength(PathOnly, &[], &[], false),
                "by path-only where it was by signature",
            ),
            (strength(Secret, &["token"], &[], false), signed.clone(), ""),
            (
                signed.clone(),
                strength(Signature, &[], &[], false),
                "without key \"token\"",
            ),
            (
                strength(Secret, &["a", "b"], &[], false),
                strength(Secret, &["a"], &[], false),
                "without key \"b\"",
            ),
            (
                signed,
                strength(Signature, &["token"], &[], true),
                "after reading the body",
            ),
            (
                strength(Token, &[], &["one"], false),
                strength(Token, &[], &["one", "two"], false),
                "of \"two\" too",
            ),
            (
                strength(Token, &[], &["one", "two"], false),
                strength(Token, &[], &["one"], false),
                "",
            ),
        ]);
    }

    #[test]
    fn what_lets_more_clients_through_is_weaker() {
        let of_clients = |authentication, names: &[&str]| Strength {
            client_names: texts(names),
            ..strength(authentication, &[], &[], false)
        };
        check(&[
            (
                of_clients(Certificate, &["a", "b"]),
                of_clients(Certificate, &["b"]),
                "",
            ),
            (
                of_clients(Certificate, &["a"]),
                of_clients(Certificate, &["a", "b"]),
                "of further names too",
            ),
            (
                of_clients(Certificate, &["a"]),
                of_clients(Signature, &[]),
                "without a client certificate",
            ),
            (
                of_clients(Certificate, &["a"]),
                of_clients(Token, &[]),
                "by token where it was by certificate",
            ),
            (
                of_clients(Signature, &[]),
                of_clients(Signature, &["a"]),
                "",
            ),
        ]);
    }
}
