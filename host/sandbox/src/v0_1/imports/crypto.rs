use bellpull_core::Authentication;
use bellpull_engine::wasmtime;
use bellpull_proof::message_parts;
use bellpull_proof::signature::{KeyError, PublicKey, SignatureAlgorithm};

use super::message::{check_declared, parts};
use crate::host_call::HostCall;
use crate::proof_rule::{covers_delivery, may_be_known_to_strangers};
use crate::v0_1::bindings::bellpull::provider::crypto::{self, Host};
use crate::v0_1::bindings::bellpull::provider::types;
use crate::v0_1::convert;
use crate::v0_1::cost::hashed_length;
use crate::violation::Violation;

/// A public key as a component names it.
enum NamedKey {
    /// SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    Pem(String),
    /// An X.509 certificate, DER or PEM.
    Certificate(Vec<u8>),
    Ed25519(Vec<u8>),
    /// The credential key that holds the public key.
    Credential(String),
}

impl NamedKey {
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

impl Host for HostCall<'_> {
    fn verify_signature(
        &mut self,
        key: crypto::PublicKey,
        algorithm: String,
        message: Vec<types::Part>,
        signature: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, String>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        let algorithm = SignatureAlgorithm::parse(&algorithm).ok_or_else(|| {
            let known = [
                "rsa-pkcs1-sha1",
                "rsa-pkcs1-sha256",
                "ecdsa-p256-sha256",
                "ed25519",
            ];
            Violation::contract(convert::unknown("signature algorithm", &algorithm, &known))
        })?;
        let message = parts(message)?;
        let key = match NamedKey::read(key) {
            Ok(key) => key,
            Err(unknown) => return Ok(Err(unknown)),
        };
        if let NamedKey::Credential(key) = &key {
            check_declared(call, key)?;
        }
        let length = hashed_length(call, &message);
        store.budget.check(length)?;
        let call = store.receive_call()?;
        let binding = &call.receiver.binding;
        let Some(parts) = message_parts(&call.delivery, &message) else {
            return Ok(Ok(false));
        };
        if may_be_known_to_strangers(binding, &parts) {
            return Ok(Ok(false));
        }
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let by = |key: Result<PublicKey, KeyError>| key?.verify(algorithm, &parts, &signature);
        let verified = match &key {
            NamedKey::Pem(text) => by(PublicKey::from_pem(text)),
            NamedKey::Certificate(bytes) => by(PublicKey::from_certificate(bytes)),
            NamedKey::Ed25519(bytes) => by(PublicKey::from_ed25519(bytes)),
            NamedKey::Credential(name) => {
                let credentials = &call.receiver.credentials;
                credentials.verify_signature(name, algorithm, &parts, &signature)
            }
        };
        if verified == Ok(true) && covers_delivery(binding, &call.delivery, &message) {
            match &key {
                NamedKey::Credential(name) => {
                    call.record_credential(name, Authentication::Signature)
                }
                NamedKey::Pem(_) | NamedKey::Certificate(_) | NamedKey::Ed25519(_) => {
                    call.checks.record_public_key_signature();
                }
            }
        }
        Ok(verified.map_err(|error| error.to_string()))
    }
}
