//! Keys and bundles, as `cosign` 3.0 and OpenSSL make them.

use bellpull_signature::{NotSigned, SignaturePolicy, SigningKey, TrustedKey, sign_artefact};
use serde_json::{Value, json};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// A new key of PKCS#8, in PEM.
fn new_key(algorithm: &'static rcgen::SignatureAlgorithm) -> SigningKey {
    let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
    SigningKey::from_pem(&pair.serialize_pem(), b"").unwrap()
}

fn ecdsa() -> SigningKey {
    new_key(&rcgen::PKCS_ECDSA_P256_SHA256)
}

fn trusted(name: &str, key: &SigningKey) -> TrustedKey {
    TrustedKey::from_pem(name, &key.public_pem()).unwrap()
}

/// The names of the keys that have signed.
fn verify(
    digest: &str,
    bundles: &[Vec<u8>],
    keys: &[TrustedKey],
    minimum: usize,
) -> Result<Vec<String>, NotSigned> {
    let policy = SignaturePolicy {
        keys: keys.to_vec(),
        minimum,
        ..SignaturePolicy::default()
    };
    let signers = policy.verify(digest, bundles)?;
    Ok(signers.iter().map(ToString::to_string).collect())
}

#[test]
fn what_a_key_signs_is_verified_by_it_alone() {
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519] {
        let (ours, theirs) = (new_key(algorithm), new_key(algorithm));
        let bundle = [sign_artefact(DIGEST, &ours).unwrap()];
        let keys = [trusted("theirs", &theirs), trusted("ours", &ours)];
        assert_eq!(
            verify(DIGEST, &bundle, &keys, 1),
            Ok(vec!["ours".to_owned()])
        );
        let error = verify(DIGEST, &bundle, &keys[..1], 1).unwrap_err();
        assert!(error.reasons.contains("of none of the keys"), "{error}");
        let error = verify(OTHER, &bundle, &keys, 1).unwrap_err();
        assert!(
            error.reasons.contains("ours has signed another artefact"),
            "{error}"
        );
    }
}

#[test]
fn a_key_counts_once_whatever_it_is_called() {
    let (first, second) = (ecdsa(), ecdsa());
    let signed = |key: &SigningKey| sign_artefact(DIGEST, key).unwrap();
    let keys = [
        trusted("a", &first),
        trusted("b", &first),
        trusted("c", &second),
    ];
    let twice = [signed(&first), signed(&first)];
    let error = verify(DIGEST, &twice, &keys, 2).unwrap_err();
    assert_eq!((error.signed, error.minimum), (1, 2));
    let both = [signed(&first), signed(&second)];
    assert_eq!(
        verify(DIGEST, &both, &keys, 2),
        Ok(vec!["a".to_owned(), "c".to_owned()])
    );
    let nothing = verify(DIGEST, &[], &keys, 1).unwrap_err();
    assert!(nothing.reasons.contains("no signature"), "{nothing}");
}

/// Every change of a bundle that matters, and what is said of it.
#[test]
fn a_bundle_with_any_field_changed_is_refused() {
    let key = ecdsa();
    let bundle = sign_artefact(DIGEST, &key).unwrap();
    let bundle: Value = serde_json::from_slice(&bundle).unwrap();
    let keys = [trusted("key", &key)];
    let changes: [(&str, Value, &str); 7] = [
        (
            "/mediaType",
            json!("application/vnd.dev.sigstore.bundle+json;version=0.1"),
            "a bundle is of the type",
        ),
        ("/dsseEnvelope/payload", json!("e30="), "none of the keys"),
        (
            "/dsseEnvelope/payloadType",
            json!("text/plain"),
            "none of the keys",
        ),
        (
            "/dsseEnvelope/signatures/0/sig",
            json!("AAAA"),
            "none of the keys",
        ),
        (
            "/dsseEnvelope/signatures",
            json!([]),
            "exactly one signature",
        ),
        (
            "/verificationMaterial",
            json!({"certificate": {"rawBytes": "AAAA"}}),
            "with a certificate",
        ),
        ("/dsseEnvelope", json!(null), "no Sigstore bundle"),
    ];
    for (pointer, value, expected) in changes {
        let mut changed = bundle.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        let changed = [serde_json::to_vec(&changed).unwrap()];
        let error = verify(DIGEST, &changed, &keys, 1).unwrap_err();
        assert!(
            error.reasons.contains(expected),
            "{pointer}: {expected:?} is not in {error}"
        );
    }
    let signature = bundle["dsseEnvelope"]["signatures"][0]["sig"]
        .as_str()
        .unwrap();
    for at in 0..signature.len() - 4 {
        let mut flipped = signature.as_bytes().to_vec();
        flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
        let mut changed = bundle.clone();
        changed["dsseEnvelope"]["signatures"][0]["sig"] =
            String::from_utf8(flipped).unwrap().into();
        let changed = [serde_json::to_vec(&changed).unwrap()];
        assert!(verify(DIGEST, &changed, &keys, 1).is_err(), "byte {at}");
    }
}

#[test]
fn keys_that_do_not_fit_are_named() {
    let key = ecdsa();
    for (text, expected) in [
        ("nothing", "it is no PEM"),
        (&key.public_pem(), "its label is \"PUBLIC KEY\""),
    ] {
        let error = SigningKey::from_pem(text, b"").err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let rsa = include_str!("rsa-2048.pub");
    let error = TrustedKey::from_pem("rsa", rsa).unwrap_err().to_string();
    assert!(error.contains("RSA"), "{error}");
}

/// Made by `cosign generate-key-pair` 3.0 with the password `a-password-of-a-test`.
#[test]
fn a_key_of_cosign_opens_with_its_password_alone() {
    let text = include_str!("cosign.key");
    assert!(SigningKey::is_encrypted(text));
    let key = SigningKey::from_pem(text, b"a-password-of-a-test").unwrap();
    assert_eq!(key.public_pem().trim(), include_str!("cosign.pub").trim());
    let error = SigningKey::from_pem(text, b"another").err().unwrap();
    assert_eq!(error.to_string(), "the password does not open it");
}

/// Made by `cosign sign --key` 3.0.
#[test]
fn a_bundle_of_cosign_is_verified() {
    let bundle = [include_bytes!("cosign-bundle.json").to_vec()];
    let digest = "sha256:b566af347d1455453bbde8a1e9ff86a295cbba0f505541c0b68270a18ae15812";
    let keys = [TrustedKey::from_pem("cosign", include_str!("cosign.pub")).unwrap()];
    assert_eq!(
        verify(digest, &bundle, &keys, 1),
        Ok(vec!["cosign".to_owned()])
    );
    assert!(verify(OTHER, &bundle, &keys, 1).is_err());
}
