use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Authentication, Delivery, SecretData, VerifiedCertificate};
use bellpull_proof::credentials::CLIENT_NAMES;

use super::accepted::AcceptedCase;
use super::forgery::{Expected, Forgery};
use super::proof::Proofs;
use super::{body, secret};

/// How much later a recorded delivery is sent again.
const LATER: Duration = Duration::from_secs(24 * 60 * 60);

const PATH_ALONE: &str = "nothing but the path proves the delivery: a forgery cannot be told";
const PROOF_NOT_FOUND: &str = "the proof was not found in the delivery, and is not changed";
const BODY_NOT_COVERED: &str =
    "the proof does not cover the body: whoever has the credential can send any body";
const TAKES_REPLAYS: &str = "takes replays: nothing signed says when";
const NO_RECIPE: &str =
    "the signature is written out: to try other algorithms, give the case a `sign`";

const PEM: &str = "a key of the Secret is written as PEM: it is not exchanged for another one";

/// What was derived from one case.
#[derive(Default)]
pub struct Derivation {
    pub forgeries: Vec<Forgery>,
    /// What could not be derived and why, and what a forger may do.
    pub notes: Vec<&'static str>,
}

/// Derives the forgeries of an accepted case.
#[must_use]
pub fn derive(accepted: &AcceptedCase<'_>, proofs: &Proofs) -> Derivation {
    let mut derivation = Derivation::default();
    let authentication = accepted.binding.authentication;
    derivation.secrets(accepted);
    if authentication == Authentication::PathOnly && accepted.signed.is_empty() {
        derivation.notes.push(PATH_ALONE);
        return derivation;
    }
    derivation.clients(accepted);
    if proofs.judged_by.is_empty() && authentication != Authentication::Certificate {
        derivation.notes.push(PROOF_NOT_FOUND);
    }
    if let Some(delivery) = &proofs.no_proof {
        derivation.add("no proof", delivery.clone(), Expected::Refused);
    }
    for proof in &proofs.judged_by {
        let is_alone = proofs.judged_by.len() == 1;
        for (name, delivery, expected) in proof.forged(is_alone, accepted.mac_at(&proof.place)) {
            derivation.add(name, delivery, expected);
        }
    }
    if authentication == Authentication::Signature && accepted.macs().next().is_none() {
        derivation.notes.push(NO_RECIPE);
    }
    derivation.later(accepted);
    derivation.bodies(accepted, proofs);
    derivation
}

impl Derivation {
    fn add(&mut self, name: impl Into<String>, delivery: Delivery, expected: Expected) {
        self.forgeries.push(Forgery {
            name: name.into(),
            delivery,
            secret: None,
            expected,
        });
    }

    /// The Secret of the Receiver has another value than the sender.
    fn secrets(&mut self, accepted: &AcceptedCase<'_>) {
        let AcceptedCase {
            case,
            delivery,
            secret,
            binding,
            ..
        } = accepted;
        let recipe = case.signing_keys();
        let Self { forgeries, notes } = self;
        let mut add = |name: String, secret: Option<SecretData>, expected| {
            let forgery = secret.is_some().then(|| Forgery {
                name,
                delivery: (*delivery).clone(),
                secret,
                expected,
            });
            forgeries.extend(forgery);
        };
        for key in secret::proving_keys(binding, &recipe, secret) {
            if secret::is_pem(secret, key) {
                notes.push(PEM);
                continue;
            }
            let other = secret::with_other(secret, key);
            add(
                format!("other secret: {key}"),
                other,
                Expected::Unauthenticated,
            );
            let rotated = secret::rotated(secret, key);
            add(format!("rotated: {key}"), rotated, Expected::AsTheCase);
        }
        for key in secret::needed_keys(binding, &recipe, secret) {
            let emptied = secret::with_empty(secret, key);
            add(
                format!("empty Secret: {key}"),
                Some(emptied),
                Expected::NotReady,
            );
        }
    }

    /// The connection has no client certificate, or that of somebody else.
    fn clients(&mut self, accepted: &AcceptedCase<'_>) {
        if accepted.binding.client_names.is_none() {
            return;
        }
        let other = VerifiedCertificate {
            subject: "CN=somebody else".to_owned(),
            names: vec!["somebody-else.example".to_owned()],
        };
        for (name, certificate) in [
            ("no client certificate", None),
            ("client certificate of another name", Some(Arc::new(other))),
        ] {
            let mut delivery = accepted.delivery.clone();
            delivery.client.certificate = certificate;
            self.add(name, delivery, Expected::Unauthenticated);
        }
        // A component that takes an empty list for none demands no certificate.
        if accepted.secret.contains_key(CLIENT_NAMES) {
            self.forgeries.push(Forgery {
                name: format!("empty Secret: {CLIENT_NAMES}"),
                delivery: accepted.delivery.clone(),
                secret: Some(secret::with_empty(&accepted.secret, CLIENT_NAMES)),
                expected: Expected::NotReady,
            });
        }
    }

    /// The delivery is sent again on another day.
    fn later(&mut self, accepted: &AcceptedCase<'_>) {
        let says_when = accepted.macs().any(|mac| mac.covers_time)
            || (accepted.result.acceptance.iter()).any(|told| told.signed_at.is_some());
        let authentication = accepted.binding.authentication;
        match authentication {
            // Only the client can send it again.
            Authentication::Certificate if !says_when => return,
            Authentication::Secret if !says_when => {
                self.notes.push(TAKES_REPLAYS);
                return;
            }
            _ => {}
        }
        let received = accepted.delivery.received;
        let at = |received| Delivery {
            received,
            ..accepted.delivery.clone()
        };
        let expected = match says_when {
            true => Expected::Unauthenticated,
            false => Expected::RefusedOrNoted(TAKES_REPLAYS),
        };
        if let Ok(later) = received.checked_add(LATER) {
            self.add("replayed a day later", at(later), expected);
        }
        if let (true, Ok(earlier)) = (says_when, received.checked_sub(LATER)) {
            self.add("signed a day ahead", at(earlier), expected);
        }
    }

    /// The body is changed, and the proof is not.
    fn bodies(&mut self, accepted: &AcceptedCase<'_>, proofs: &Proofs) {
        let is_signed = accepted.macs().next().is_some();
        match accepted.binding.authentication {
            // Only the client can change it.
            Authentication::Certificate if !is_signed => return,
            Authentication::Secret | Authentication::Token | Authentication::PathOnly
                if !is_signed =>
            {
                self.notes.push(BODY_NOT_COVERED);
                return;
            }
            _ => {}
        }
        let delivery = accepted.delivery;
        let judged_by = proofs.judged_by.iter();
        let mut macs = judged_by.filter_map(|proof| accepted.mac_at(&proof.place));
        let (covers_all, most) = match macs.any(|mac| mac.covers_body) {
            true => (Expected::Refused, 1),
            false => (Expected::RefusedOrSameEvents, body::MOST_MEMBERS),
        };
        let longer = body::with_line_end(delivery);
        self.add("changed body: one more line end", longer, covers_all);
        for (place, changed) in body::with_other_facts(delivery, most) {
            let name = format!("changed body: {place}");
            self.add(name, changed, covers_all);
        }
    }
}
