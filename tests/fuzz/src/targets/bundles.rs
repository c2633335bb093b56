//! Signatures of artefacts: Sigstore bundles, in-toto statements, trusted roots.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_signature::{SignaturePolicy, SigningKey, TrustedIdentity, TrustedKey, TrustedRoot};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

use crate::FuzzTarget;
use crate::input::{is_readable, line};

pub(crate) const TARGETS: &[FuzzTarget] = &[BUNDLES, STATEMENTS, ROOTS];

/// A bundle.
const BUNDLES: FuzzTarget = FuzzTarget {
    name: "bundles",
    run: run_bundle,
};

/// The type of a payload in the first line, the rest a statement, which the trusted key signs.
const STATEMENTS: FuzzTarget = FuzzTarget {
    name: "statements",
    run: run_statement,
};

/// A `trusted_root.json`.
const ROOTS: FuzzTarget = FuzzTarget {
    name: "trusted-roots",
    run: run_root,
};

const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// The root of Sigstore's public instance, and a bundle of it with an artefact of its own, as `sigstore-verify`
/// keeps them for its tests. The statement is none of a signature, and so never counts.
const ROOT: &str = include_str!("../../fixtures/trusted-root.json");
const ATTESTATION: &str = include_str!("../../fixtures/attestation.json");
const ATTESTED: &str = "sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f";
const ISSUER: &str = "https://token.actions.githubusercontent.com";
const SEED: [u8; 32] = [7; 32];
/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

struct Trust {
    pair: Ed25519KeyPair,
    by_key: SignaturePolicy,
    by_all: SignaturePolicy,
}

static TRUST: LazyLock<Trust> = LazyLock::new(|| {
    let keys = vec![TrustedKey::from_pem("one", &key().public_pem()).expect("its public half")];
    let by_key = SignaturePolicy {
        keys,
        ..SignaturePolicy::default()
    };
    Trust {
        pair: Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a pair"),
        by_all: SignaturePolicy {
            identities: vec![TrustedIdentity::matching(ISSUER, ".*").expect("an expression")],
            trusted_root: Some(TrustedRoot::from_json(ROOT).expect("a root")),
            log_entry: true,
            ..by_key.clone()
        },
        by_key,
    }
});

fn key() -> SigningKey {
    let pem = pem::Pem::new("PRIVATE KEY", [&PKCS8[..], &SEED].concat());
    SigningKey::from_pem(&pem::encode(&pem), b"").expect("a key")
}

fn digest() -> String {
    format!("sha256:{HEX}")
}

fn run_bundle(input: &[u8]) {
    let bundle = [input.to_vec()];
    match TRUST.by_key.verify(&digest(), &bundle) {
        Ok(signers) => {
            assert_eq!(signers.len(), 1);
            assert!(is_genuine(input), "a forgery counts");
        }
        Err(error) => {
            assert_eq!((error.signed, error.minimum), (0, 1));
            is_readable(&error.to_string());
        }
    }
    let twice = [input.to_vec(), input.to_vec()];
    let policy = SignaturePolicy {
        minimum: 2,
        ..TRUST.by_key.clone()
    };
    assert!(
        policy.verify(&digest(), &twice).is_err(),
        "one signer counts twice"
    );
    let error = TRUST
        .by_all
        .verify(ATTESTED, &bundle)
        .expect_err("no signature of an artefact");
    is_readable(&error.to_string());
    // Only what was proved to be of somebody is told as said by somebody.
    let is_proved = error.reasons.contains(ISSUER);
    assert!(
        !is_proved || payload(input) == payload(ATTESTATION.as_bytes()),
        "{}",
        error.reasons
    );
}

fn payload(bundle: &[u8]) -> Option<Vec<u8>> {
    let bundle: Value = serde_json::from_slice(bundle).ok()?;
    let text = bundle.pointer("/dsseEnvelope/payload")?.as_str()?;
    BASE64_STANDARD.decode(text).ok()
}

/// Whether the envelope has a signature of the key of the tests.
fn is_genuine(bundle: &[u8]) -> bool {
    let bundle: Value = serde_json::from_slice(bundle).expect("a bundle is JSON");
    let decoded = |pointer: &str| {
        let text = bundle.pointer(pointer).and_then(Value::as_str);
        BASE64_STANDARD
            .decode(text.unwrap_or_default())
            .unwrap_or_default()
    };
    let kind = bundle
        .pointer("/dsseEnvelope/payloadType")
        .and_then(Value::as_str);
    let message = pae(kind.unwrap_or_default(), &decoded("/dsseEnvelope/payload"));
    TRUST.pair.sign(&message).as_ref() == decoded("/dsseEnvelope/signatures/0/sig")
}

/// What is signed (DSSE, `protocol.md`).
fn pae(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

fn run_statement(input: &[u8]) {
    let (kind, payload) = line(input);
    let kind = String::from_utf8_lossy(kind);
    let signature = TRUST.pair.sign(&pae(&kind, payload));
    let bundle = json!({
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": ""}, "tlogEntries": []},
        "dsseEnvelope": {
            "payloadType": kind,
            "payload": BASE64_STANDARD.encode(payload),
            "signatures": [{"sig": BASE64_STANDARD.encode(signature), "keyid": ""}],
        },
    });
    let bundle = bundle.to_string().into_bytes();
    let found = TRUST.by_key.verify(&digest(), &[bundle]);
    let is_said = is_said(&kind, payload);
    match found {
        Ok(signers) => assert!(is_said, "{signers:?} have signed something else"),
        Err(error) => {
            is_readable(&error.to_string());
            // A statement with a digest that is none is none.
            let is_none = error.reasons.contains("has signed no statement");
            assert!(!is_said || is_none, "{error}");
        }
    }
}

/// Whether a statement says that its signer has signed the artefact.
fn is_said(kind: &str, payload: &[u8]) -> bool {
    let Ok(statement) = serde_json::from_slice::<Value>(payload) else {
        return false;
    };
    let text = |pointer: &str| statement.pointer(pointer).and_then(Value::as_str);
    let subjects = statement.get("subject").and_then(Value::as_array);
    let names_it = |subject: &Value| {
        let hex = subject.pointer("/digest/sha256").and_then(Value::as_str);
        hex.is_some_and(|hex| hex.eq_ignore_ascii_case(HEX))
    };
    kind == "application/vnd.in-toto+json"
        && text("/_type") == Some("https://in-toto.io/Statement/v1")
        && text("/predicateType") == Some("https://sigstore.dev/cosign/sign/v1")
        && subjects.is_some_and(|subjects| subjects.iter().any(names_it))
}

fn run_root(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    match TrustedRoot::from_json(text) {
        Ok(root) => {
            let policy = SignaturePolicy {
                trusted_root: Some(root),
                ..TRUST.by_all.clone()
            };
            let found = policy.verify(&digest(), std::slice::from_ref(&*GENUINE));
            assert!(found.is_err(), "no log has an entry of it");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A bundle of the key, without any entry of a log.
static GENUINE: LazyLock<Vec<u8>> =
    LazyLock::new(|| bellpull_signature::sign_artefact(&digest(), &key()).expect("it signs"));
