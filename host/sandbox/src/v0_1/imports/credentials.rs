use bellpull_core::{Authentication, Source};
use bellpull_engine::wasmtime;
use bellpull_proof::{HmacAlgorithm, Part, covers_content, is_challenge, message_parts};

use super::super::convert;
use super::wit::credentials::Host;
use super::wit::types;
use crate::state::{Call, State};
use crate::stop::Stop;

impl Call {
    pub(super) fn declares(&self, key: &str) -> Result<(), Stop> {
        if self
            .description
            .credential_keys
            .iter()
            .any(|declared| declared == key)
        {
            return Ok(());
        }
        Err(Stop::contract(
            "a credential key was checked that `describe` does not list",
        ))
    }

    /// Whether anybody may have had a MAC of this message in a reply, so that none of it is a proof.
    pub(super) fn is_handed_out<B: AsRef<[u8]>>(&self, message: &[B]) -> bool {
        self.receiver.binding.reply_macs && is_challenge(message)
    }

    /// Whether a check of the message says something of this delivery.
    pub(super) fn is_covered_by(&self, message: &[Part]) -> bool {
        let parses = self.receiver.binding.parses_before_verify;
        message_parts(&self.delivery, message)
            .is_some_and(|bytes| covers_content(message, &bytes, parses))
    }
}

impl Host for State {
    fn verify_hmac(
        &mut self,
        key: String,
        algorithm: String,
        message: Vec<types::Part>,
        mac: Vec<u8>,
    ) -> wasmtime::Result<bool> {
        let call = self.call()?;
        call.declares(&key).map_err(wasmtime::Error::new)?;
        let algorithm = HmacAlgorithm::parse(&algorithm).ok_or_else(|| {
            let known = ["sha1", "sha256", "sha384", "sha512"];
            let unknown = convert::unknown("HMAC algorithm", &algorithm, &known);
            wasmtime::Error::new(Stop::contract(unknown))
        })?;
        let message = parts(message)?;
        let length = hashed_length(call, &message) * call.receiver.credentials.active(&key) as u64;
        self.budget.check(length).map_err(wasmtime::Error::new)?;
        let call = self.call()?;
        let handed_out =
            message_parts(&call.delivery, &message).is_some_and(|bytes| call.is_handed_out(&bytes));
        let right =
            call.receiver
                .credentials
                .verify_hmac(&key, algorithm, &call.delivery, &message, &mac)
                && !handed_out;
        // A MAC over the component's own bytes alone would say nothing of this delivery.
        if right && call.is_covered_by(&message) {
            call.succeeded(&key, Authentication::Signature);
        }
        Ok(right)
    }

    fn matches(&mut self, key: String) -> wasmtime::Result<bool> {
        let call = self.call()?;
        call.declares(&key).map_err(wasmtime::Error::new)?;
        let places = call.receiver.binding.places_of(&key);
        // What the binding does not say is not hidden either.
        if places.is_empty() {
            return Err(wasmtime::Error::new(Stop::contract(format!(
                "credential {key:?} was to be matched, and the binding gives no place for it"
            ))));
        }
        let length = presented_length(call, places);
        self.budget.check(length).map_err(wasmtime::Error::new)?;
        let call = self.call()?;
        let bound = &call.receiver;
        let places = bound.binding.places_of(&key);
        let right = bound.credentials.matches(&key, places, &call.delivery);
        if right {
            call.succeeded(&key, Authentication::Secret);
        }
        Ok(right)
    }
}

/// The parts of a message in core's words.
pub(super) fn parts(message: Vec<types::Part>) -> wasmtime::Result<Vec<Part>> {
    let parts = message.into_iter().map(convert::part);
    parts
        .collect::<Result<_, _>>()
        .map_err(wasmtime::Error::new)
}

/// Bytes that are read to find what these places present: of a body all.
pub(super) fn presented_length(call: &Call, places: &[Source]) -> u64 {
    let length = |place: &Source| match place {
        Source::Member(_) | Source::Form(_) => call.delivery.body.len() as u64,
        Source::Query(_) => call.delivery.target.len() as u64,
        Source::Header(_)
        | Source::Bearer(_)
        | Source::Scheme { .. }
        | Source::BasicUsername
        | Source::BasicPassword
        | Source::Cookie(_) => 0,
    };
    places.iter().map(length).sum()
}

/// Bytes that one MAC over `message` hashes; a form field costs the parse of its body.
pub(in crate::v0_1) fn hashed_length(call: &Call, message: &[Part]) -> u64 {
    let length = |value: &[u8]| value.len() as u64;
    message
        .iter()
        .map(|part| match part {
            Part::Body | Part::Form(_) | Part::Member(_) => call.delivery.body.len() as u64,
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Header(name) => call.delivery.single_header(name).map_or(0, length),
            Part::Authority => call.delivery.single_header("host").map_or(0, length),
            Part::Query
            | Part::Parameter(_)
            | Part::Method
            | Part::Target
            | Part::Path
            | Part::QueryComponent => call.delivery.target.len() as u64,
        })
        .sum()
}
