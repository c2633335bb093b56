//! Signatures that Sigstore's own libraries have made, with keys and with certificates.

mod accepted;
mod commands;
mod mutated;
mod refused;

use std::sync::OnceLock;

use bellpull_signature::{SignaturePolicy, TrustedIdentity, TrustedKey, TrustedRoot};
use bellpull_tests::cluster::sigstore::SigstoreSignatures;
use serde_json::Value;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
pub(super) const ISSUER: &str = "https://issuer.example.com";
pub(super) const ALICE: &str = "alice@example.com";
const WORKLOAD: &str = "https://forge.example.com/acme/build@v1";

fn signatures() -> &'static SigstoreSignatures {
    static SIGNATURES: OnceLock<SigstoreSignatures> = OnceLock::new();
    SIGNATURES.get_or_init(|| SigstoreSignatures::of(DIGEST).expect("signatures"))
}

fn root(text: &Value) -> TrustedRoot {
    TrustedRoot::from_json(&text.to_string()).expect("a trusted root")
}

/// A policy with the trusted root, that counts nobody.
fn nobody() -> SignaturePolicy {
    SignaturePolicy {
        trusted_root: Some(root(&signatures().trusted_root)),
        ..SignaturePolicy::default()
    }
}

fn identities(identities: Vec<TrustedIdentity>) -> SignaturePolicy {
    SignaturePolicy {
        identities,
        ..nobody()
    }
}

fn alice() -> SignaturePolicy {
    identities(vec![TrustedIdentity::exact(ISSUER, ALICE)])
}

fn matching(expression: &str) -> SignaturePolicy {
    let identity = TrustedIdentity::matching(ISSUER, expression);
    identities(vec![identity.expect("an expression")])
}

fn key() -> TrustedKey {
    TrustedKey::from_pem("key", &signatures().public_key).expect("a key")
}

/// The policy that counts the key, with or without an entry of a log.
fn keys(log_entry: bool) -> SignaturePolicy {
    SignaturePolicy {
        keys: vec![key()],
        log_entry,
        ..nobody()
    }
}

/// Who has signed by these bundles, or why that does not count.
fn verified(policy: &SignaturePolicy, bundles: &[Vec<u8>]) -> Result<Vec<String>, String> {
    let signers = policy.verify(DIGEST, bundles);
    let names = |signers: Vec<_>| signers.iter().map(ToString::to_string).collect();
    signers.map(names).map_err(|error| error.to_string())
}

fn bundles(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| signatures().bundle(name)).collect()
}
