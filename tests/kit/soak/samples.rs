//! A delivery of every provider, and how its sender proves it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use bellpull::cases::{Case, CaseOutcome, Signer};
use bellpull_core::http::HeaderValue;
use bellpull_core::{Delivery, SecretBytes, SecretData, Timestamp};
use serde_json::json;

use super::senders::Senders;
use super::sns::{self, SNS};
use crate::cases::recorded;

/// Providers that have no sample, with a case that stands in for it: its own signature is right whenever it
/// is sent, or it is signed here.
const CASES: [(&str, &str); 2] = [
    ("travis", "travis/key-configured"),
    (SNS, "aws-sns/ecr-push"),
];

/// A delivery of one provider.
pub(super) struct SampleDelivery {
    pub(super) case: Case,
    /// An event of the provider that this delivery is not, if it is known.
    pub(super) other_event: Option<String>,
}

/// The sample of each provider that proves most.
///
/// # Errors
/// When a provider has none.
pub(super) fn samples() -> Result<Vec<SampleDelivery>> {
    let mut all: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in recorded() {
        all.entry(case.provider.clone()).or_default().push(case);
    }
    let samples = all.into_iter().map(|(provider, mut cases)| {
        let resent = CASES.iter().find(|(named, _)| *named == provider);
        let best = match resent {
            Some((_, name)) => cases.iter().position(|case| case.name == *name),
            None => best(&cases),
        };
        let best = best.with_context(|| format!("{provider} has no sample"))?;
        let case = cases.swap_remove(best);
        let mut others = cases.iter().filter_map(|case| case.sample.as_deref());
        let other = others.find(|event| case.sample.is_some() && !case.is_sample(event));
        Ok(SampleDelivery {
            other_event: other.map(str::to_owned),
            case,
        })
    });
    samples.collect()
}

fn best(cases: &[Case]) -> Option<usize> {
    let fits = |case: &Case| case.sample.is_some() && case.expect.outcome == CaseOutcome::Notified;
    let all = cases.iter().enumerate();
    let best = all
        .filter(|(_, case)| fits(case))
        .max_by_key(|(_, case)| (case.follows_config(), case.signing_keys().len()));
    best.map(|(index, _)| index)
}

impl SampleDelivery {
    /// The delivery as its sender sends it now.
    pub(super) fn genuine(
        &self,
        path: &str,
        secret: &SecretData,
        senders: &Senders,
    ) -> Result<Delivery> {
        let token = self.token(secret, senders);
        let mut delivery = self.signed(path, secret, token.as_ref())?;
        if self.case.provider == SNS {
            delivery.body = sns::signed(&delivery.body, &senders.issuer)?;
        }
        Ok(delivery)
    }

    /// The same by somebody who knows the path alone.
    pub(super) fn forged(
        &self,
        path: &str,
        secret: &SecretData,
        senders: &Senders,
    ) -> Result<Delivery> {
        let token = self.token(secret, senders).map(|token| {
            let at = token.expose().iter().rposition(|byte| *byte == b'.');
            with_other(&token, at.map_or(0, |at| at + 1))
        });
        let mut forged = self.signed(path, &guessed(secret), token.as_ref())?;
        if self.case.provider == SNS {
            // The signature of another message.
            let signed = sns::signed(&forged.body, &senders.issuer)?;
            let text = String::from_utf8_lossy(&signed).replace("team/app", "team/other");
            forged.body = text.into_bytes().into();
        } else if !self.case.is_signed() {
            let signature = forged.headers.get_mut("signature");
            let signature = signature.context("a recorded signature")?;
            let other = with_other(&SecretBytes::new(signature.as_bytes().to_vec()), 0);
            *signature = HeaderValue::from_bytes(other.expose())?;
        }
        Ok(forged)
    }

    fn signed(
        &self,
        path: &str,
        secret: &SecretData,
        token: Option<&SecretBytes>,
    ) -> Result<Delivery> {
        let signer = Signer {
            secret,
            config: self.case.config.as_ref(),
            token,
        };
        self.case.delivery_to(path, signer, Timestamp::now())
    }

    /// The token of the issuer, if the provider takes one.
    fn token(&self, secret: &SecretData, senders: &Senders) -> Option<SecretBytes> {
        let text = |key: &str| {
            let value = secret.get(key).map(SecretBytes::expose).unwrap_or_default();
            String::from_utf8_lossy(value).into_owned()
        };
        let claims = match self.case.provider.as_str() {
            "gcr" => json!({
                "iss": "https://accounts.google.com", "aud": text("audience"),
                "email": text("email"), "email_verified": true, "sub": "113774264463038321964",
            }),
            _ => json!({
                "aud": "notification-controller", "repository": "acme/app", "ref": "refs/heads/main",
            }),
        };
        let token = self
            .case
            .takes_token()
            .then(|| senders.issuer.token(claims))?;
        Some(SecretBytes::new(token.into_bytes()))
    }
}

/// A Secret that a stranger would have guessed: of the same form, with other values.
fn guessed(secret: &SecretData) -> SecretData {
    let guessed = secret.iter().map(|(key, value)| {
        // The name of a header is no secret.
        let value = match key.as_str() {
            "headerName" => value.clone(),
            _ => with_other(value, start(value.expose())),
        };
        (key.clone(), value)
    });
    guessed.collect()
}

/// Where the secret begins in a value that says its form first.
fn start(value: &[u8]) -> usize {
    let forms: [&[u8]; 2] = [b"whsec_", b"Bearer "];
    let form = forms.into_iter().find(|form| value.starts_with(form));
    form.map_or(0, <[u8]>::len)
}

/// The value with another letter in this place.
fn with_other(value: &SecretBytes, at: usize) -> SecretBytes {
    let mut bytes = value.expose().to_vec();
    if let Some(byte) = bytes.get_mut(at) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    SecretBytes::new(bytes)
}
