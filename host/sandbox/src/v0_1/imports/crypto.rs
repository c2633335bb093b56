use bellpull_core::signature::{Algorithm, KeyError, PublicKey};
use bellpull_core::{Authentication, Part, message_parts};
use bellpull_engine::wasmtime;

use super::super::convert;
use super::credentials::hashed_length;
use super::wit::crypto::Host;
use super::wit::crypto::PublicKey as Given;
use super::wit::types;
use crate::state::State;
use crate::stop::Stop;

impl Host for State {
    fn verify_signature(
        &mut self,
        key: Given,
        algorithm: String,
        message: Vec<types::Part>,
        signature: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, String>> {
        let algorithm = Algorithm::parse(&algorithm)
            .ok_or_else(|| wasmtime::Error::new(Stop::contract("unknown signature algorithm")))?;
        let message: Vec<Part> = message.into_iter().map(convert::part).collect();
        let call = self.call()?;
        if let Given::Credential(key) = &key {
            call.declares(key).map_err(wasmtime::Error::new)?;
        }
        let length = hashed_length(call, &message);
        self.budget.check(length).map_err(wasmtime::Error::new)?;
        let call = self.call()?;
        let Some(parts) = message_parts(&call.delivery, &message) else {
            return Ok(Ok(false));
        };
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let by = |key: Result<PublicKey, KeyError>| key?.verify(algorithm, &parts, &signature);
        let verified = match &key {
            Given::Pem(text) => by(PublicKey::from_pem(text)),
            Given::Certificate(bytes) => by(PublicKey::from_certificate(bytes)),
            Given::Ed25519(bytes) => by(PublicKey::from_ed25519(bytes)),
            Given::Credential(name) => {
                let credentials = &call.receiver.credentials;
                credentials.verify_signature(name, algorithm, &parts, &signature)
            }
        };
        // A signature over the component's own bytes alone would say nothing of this delivery.
        if verified == Ok(true) && call.is_covered_by(&message) {
            match &key {
                Given::Credential(name) => call.succeeded(name, Authentication::Signature),
                Given::Pem(_) | Given::Certificate(_) | Given::Ed25519(_) => call.signed(),
            }
        }
        Ok(verified.map_err(|error| error.to_string()))
    }
}
