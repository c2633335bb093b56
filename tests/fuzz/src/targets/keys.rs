//! Public keys and certificates that signatures are verified with, and private keys that sign artefacts.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_proof::signature::{KeyError, PublicKey, SignatureAlgorithm};
use bellpull_signature::{SignaturePolicy, SigningKey, TrustedKey, sign_artefact};

use crate::FuzzTarget;
use crate::input::{hides_canary, is_readable};

pub(crate) const TARGETS: &[FuzzTarget] = &[PUBLIC, PRIVATE];

/// A public key in PEM, or a certificate in PEM or DER.
const PUBLIC: FuzzTarget = FuzzTarget {
    name: "public-keys",
    run: run_public,
};

/// A private key in PEM, which may be encrypted.
const PRIVATE: FuzzTarget = FuzzTarget {
    name: "signing-keys",
    run: run_private,
};

const ALGORITHMS: [SignatureAlgorithm; 4] = [
    SignatureAlgorithm::RsaPkcs1Sha1,
    SignatureAlgorithm::RsaPkcs1Sha256,
    SignatureAlgorithm::EcdsaP256Sha256,
    SignatureAlgorithm::Ed25519,
];
const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn run_public(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        key_of_pem(text);
    }
    let Some(certificate) = checked(PublicKey::from_certificate(input)) else {
        return;
    };
    if input.first() == Some(&0x30) {
        // The same certificate as PEM, in one line and in many.
        let base64 = BASE64_STANDARD.encode(input);
        let lines: Vec<&[u8]> = base64.as_bytes().chunks(64).collect();
        let lines = String::from_utf8_lossy(&lines.join(&b'\n')).into_owned();
        for body in [base64, lines] {
            let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
            if pem.len() <= 64 << 10 {
                assert_eq!(
                    PublicKey::from_certificate(pem.as_bytes()),
                    Ok(certificate.clone())
                );
            }
        }
    }
}

fn key_of_pem(text: &str) {
    let key = checked(PublicKey::from_pem(text));
    let trusted = TrustedKey::from_pem("name", text);
    if let Err(error) = &trusted {
        hides_canary(&error.to_string());
    }
    let Some(key) = key else {
        assert!(trusted.is_err(), "a key that cannot be read is trusted");
        return;
    };
    let fits: Vec<bool> = ALGORITHMS
        .iter()
        .map(
            |algorithm| match key.verify(*algorithm, &[b"message"], b"signature") {
                Ok(verified) => {
                    assert!(!verified, "a signature that is none");
                    true
                }
                Err(error) => {
                    is_readable(&error.to_string());
                    false
                }
            },
        )
        .collect();
    assert!(
        [
            [true, true, false, false],
            [false, false, true, false],
            [false, false, false, true]
        ]
        .contains(&fits.clone().try_into().expect("four"))
    );
    assert!(trusted.is_err() || !fits[0], "an RSA key is trusted");
    // Line ends of Windows, and white space after lines, change nothing.
    if text.len() < 32 << 10 && !text.contains('\r') {
        for end in ["\r\n", " \n"] {
            assert_eq!(
                PublicKey::from_pem(&text.replace('\n', end)),
                Ok(key.clone()),
                "{end:?}"
            );
        }
    }
}

/// The key, if it can be read.
fn checked(read: Result<PublicKey, KeyError>) -> Option<PublicKey> {
    if let Err(error) = &read {
        hides_canary(&error.to_string());
        is_readable(&error.to_string());
    }
    read.ok()
}

fn run_private(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if SigningKey::is_encrypted(text) && !is_cheap(text) {
        return;
    }
    let key = match SigningKey::from_pem(text, b"password") {
        Ok(key) => key,
        Err(error) => {
            let told = error.to_string();
            assert!(told.len() < 8 << 10, "{} bytes: {told:.100}", told.len());
            return;
        }
    };
    let public = TrustedKey::from_pem("own", &key.public_pem()).expect("its public half is a key");
    let bundle = sign_artefact(DIGEST, &key).expect("it signs");
    let policy = SignaturePolicy {
        keys: vec![public],
        ..SignaturePolicy::default()
    };
    let signers = policy
        .verify(DIGEST, std::slice::from_ref(&bundle))
        .expect("it has signed");
    assert_eq!(signers.len(), 1);
    let other = DIGEST.replace('5', "6");
    assert!(
        policy.verify(&other, &[bundle]).is_err(),
        "a signature of another artefact counts"
    );
}

/// Whether the password of an encrypted key is cheap to try: each try of a real one takes a second.
fn is_cheap(text: &str) -> bool {
    let Ok(pem) = pem::parse(text) else {
        return true;
    };
    let json: Option<serde_json::Value> = serde_json::from_slice(pem.contents()).ok();
    let params = json.as_ref().and_then(|json| json.pointer("/kdf/params"));
    params.is_none_or(|params| {
        let of = |name: &str| params.get(name).and_then(serde_json::Value::as_u64);
        of("N").is_none_or(|n| n <= 64) && of("p").is_none_or(|p| p <= 4)
    })
}
