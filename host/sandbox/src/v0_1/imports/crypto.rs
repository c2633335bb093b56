use bellpull_core::Authentication;
use bellpull_engine::wasmtime;
use bellpull_proof::message_parts;
use bellpull_proof::signature::{KeyError, PublicKey, SignatureAlgorithm};

use super::super::convert;
use super::credentials::{hashed_length, parts};
use super::wit::crypto::{self, Host};
use super::wit::types;
use crate::state::State;
use crate::stop::Stop;

/// A public key as a component gives it.
enum Given {
    /// SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    Pem(String),
    /// An X.509 certificate, DER or PEM.
    Certificate(Vec<u8>),
    /// An Ed25519 key.
    Ed25519(Vec<u8>),
    /// The name of a credential key that holds one.
    Credential(String),
}

impl Given {
    fn read(from: crypto::PublicKey) -> Result<Self, String> {
        let text = |key: Vec<u8>| {
            String::from_utf8(key).map_err(|_| format!("a key of kind {:?} is text", from.kind))
        };
        Ok(match from.kind.as_str() {
            "pem" => Self::Pem(text(from.key)?),
            "certificate" => Self::Certificate(from.key),
            "ed25519" => Self::Ed25519(from.key),
            "credential" => Self::Credential(text(from.key)?),
            kind => {
                let known = ["pem", "certificate", "ed25519", "credential"];
                return Err(convert::unknown("kind of public key", kind, &known));
            }
        })
    }
}

impl Host for State {
    fn verify_signature(
        &mut self,
        key: crypto::PublicKey,
        algorithm: String,
        message: Vec<types::Part>,
        signature: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, String>> {
        let algorithm = SignatureAlgorithm::parse(&algorithm).ok_or_else(|| {
            let known = [
                "rsa-pkcs1-sha1",
                "rsa-pkcs1-sha256",
                "ecdsa-p256-sha256",
                "ed25519",
            ];
            let unknown = convert::unknown("signature algorithm", &algorithm, &known);
            wasmtime::Error::new(Stop::contract(unknown))
        })?;
        let message = parts(message)?;
        let call = self.call()?;
        let key = match Given::read(key) {
            Ok(key) => key,
            Err(unknown) => return Ok(Err(unknown)),
        };
        if let Given::Credential(key) = &key {
            call.declares(key).map_err(wasmtime::Error::new)?;
        }
        let length = hashed_length(call, &message);
        self.budget.check(length).map_err(wasmtime::Error::new)?;
        let call = self.call()?;
        let Some(parts) = message_parts(&call.delivery, &message) else {
            return Ok(Ok(false));
        };
        if call.is_handed_out(&parts) {
            return Ok(Ok(false));
        }
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
