//! How strongly a component has a Receiver authenticate, and what becomes of one that another
//! component has authenticate more weakly than the one before.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bind::Bound;
use crate::reason::{Reason, Unready};
use bellpull_core::{Authentication, Binding, ReceiverObject};

/// What of a binding a delivery must prove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Strength {
    authentication: Authentication,
    /// Keys of the Secret that must be proven.
    proving: BTreeSet<String>,
    /// Whose tokens are taken.
    issuers: BTreeSet<String>,
    /// Whether the component says what is signed, having read the body.
    parses_before_verify: bool,
}

impl Strength {
    pub(super) fn of(binding: &Binding) -> Self {
        let proving = binding.credentials.iter().filter(|one| one.proves);
        Self {
            authentication: binding.authentication,
            proving: proving.map(|one| one.key.clone()).collect(),
            issuers: binding.issuers.iter().cloned().collect(),
            parses_before_verify: binding.parses_before_verify,
        }
    }

    /// What was asked of a delivery before and is not now.
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
        let trusts = before.authentication == Authentication::Token;
        let issuer = self.issuers.difference(&before.issuers).next();
        issuer
            .filter(|_| trusts)
            .map(|issuer| format!("with tokens of {issuer:?} too"))
    }
}

/// How a Receiver authenticated last, by whose word, as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remembered {
    /// The provider that its spec named.
    pub provider: String,
    /// Digest of the component.
    pub component: String,
    /// How strongly.
    pub strength: Strength,
}

/// What a Receiver was served by last.
pub(super) struct Baseline<C> {
    pub(super) remembered: Arc<Remembered>,
    /// The component itself and what it answered, if it has answered in this process.
    pub(super) bound: Option<Bound<C>>,
    /// What of the Secret it may read.
    pub(super) settings: Vec<String>,
}

impl<C> Clone for Baseline<C> {
    fn clone(&self) -> Self {
        Self {
            remembered: Arc::clone(&self.remembered),
            bound: self.bound.clone(),
            settings: self.settings.clone(),
        }
    }
}

/// What a Receiver is held to when it is served by another component.
pub(super) struct Held<C> {
    pub(super) baseline: Option<Baseline<C>>,
    /// How the component before has it authenticate as it stands now, where that is another one.
    pub(super) before: Option<Strength>,
}

impl<C> Default for Held<C> {
    fn default() -> Self {
        Self {
            baseline: None,
            before: None,
        }
    }
}

impl<C> Clone for Held<C> {
    fn clone(&self) -> Self {
        Self {
            baseline: self.baseline.clone(),
            before: self.before.clone(),
        }
    }
}

/// Whether a Receiver may be served with this binding.
///
/// # Errors
/// That it demands a stronger one, or that the component before had a stronger one.
pub(super) fn check(
    object: &ReceiverObject,
    binding: &Binding,
    before: Option<&Strength>,
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
    let lacks = before.and_then(|before| strength.lacks(before));
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

    #[test]
    fn what_asks_for_less_is_weaker() {
        let strength = |authentication, proving: &[&str], issuers: &[&str], parses| Strength {
            authentication,
            proving: proving.iter().map(|&key| key.to_owned()).collect(),
            issuers: issuers.iter().map(|&issuer| issuer.to_owned()).collect(),
            parses_before_verify: parses,
        };
        use Authentication::{PathOnly, Secret, Signature, Token};
        let signed = strength(Signature, &["token"], &[], false);
        let cases = [
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
                signed.clone(),
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
        ];
        for (before, now, expected) in cases {
            let got = now.lacks(&before).unwrap_or_default();
            assert!(
                got.contains(expected) && got.is_empty() == expected.is_empty(),
                "{before:?} {now:?}: {got:?}, expected {expected:?}"
            );
        }
    }
}
