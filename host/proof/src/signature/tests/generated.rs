//! Generated keys and certificates.

use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    PublicKeyData as _, SigningKey as _,
};

use super::{KeyError, PublicKey, SignatureAlgorithm};

const MESSAGE: &[u8] = b"a message";

fn pair(algorithm: &'static rcgen::SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).expect("a key")
}

fn kinds() -> [(&'static rcgen::SignatureAlgorithm, SignatureAlgorithm); 2] {
    [
        (&PKCS_ECDSA_P256_SHA256, SignatureAlgorithm::EcdsaP256Sha256),
        (&PKCS_ED25519, SignatureAlgorithm::Ed25519),
    ]
}

#[test]
fn a_key_is_the_same_in_every_form() {
    for (kind, algorithm) in kinds() {
        let pair = pair(kind);
        let certificate = CertificateParams::new(vec!["sender.example".to_owned()])
            .and_then(|params| params.self_signed(&pair))
            .expect("a certificate");
        let other = CertificateParams::default()
            .self_signed(&self::pair(kind))
            .expect("a certificate");
        let signature = pair.sign(MESSAGE).expect("a signature");
        let key = PublicKey::from_pem(&pair.public_key_pem()).expect("a key");
        assert_eq!(
            key.verify(algorithm, &[MESSAGE], &signature),
            Ok(true),
            "{algorithm:?}"
        );
        let chain = format!("{}{}", certificate.pem(), other.pem());
        for certificate in [
            certificate.der().as_ref(),
            certificate.pem().as_bytes(),
            chain.as_bytes(),
        ] {
            assert_eq!(
                PublicKey::from_certificate(certificate),
                Ok(key.clone()),
                "{algorithm:?}"
            );
        }
    }
    let pair = pair(&PKCS_ED25519);
    assert_eq!(
        PublicKey::from_ed25519(pair.der_bytes()),
        PublicKey::from_pem(&pair.public_key_pem())
    );
}

#[test]
fn another_key_of_the_same_kind_verifies_nothing() {
    for (kind, algorithm) in kinds() {
        let signature = pair(kind).sign(MESSAGE).expect("a signature");
        let other = PublicKey::from_pem(&pair(kind).public_key_pem()).expect("a key");
        assert_eq!(
            other.verify(algorithm, &[MESSAGE], &signature),
            Ok(false),
            "{algorithm:?}"
        );
    }
}

#[test]
fn an_algorithm_of_another_kind_is_an_error() {
    let rsa = include_str!("vectors/travis.pem").to_owned();
    let [p256, ed25519] = kinds().map(|(kind, _)| pair(kind).public_key_pem());
    let cases = [
        (
            &rsa,
            "ecdsa-p256-sha256",
            "an RSA key: ask for rsa-pkcs1-sha256",
        ),
        (&rsa, "ed25519", "an RSA key"),
        (
            &p256,
            "rsa-pkcs1-sha256",
            "an ECDSA P-256 key: ask for ecdsa-p256-sha256",
        ),
        (&p256, "ed25519", "an ECDSA P-256 key"),
        (
            &ed25519,
            "rsa-pkcs1-sha1",
            "an Ed25519 key: ask for ed25519",
        ),
        (&ed25519, "ecdsa-p256-sha256", "an Ed25519 key"),
    ];
    for (pem, name, expected) in cases {
        let key = PublicKey::from_pem(pem).expect("a key");
        let algorithm = SignatureAlgorithm::parse(name).expect("an algorithm");
        let found = key
            .verify(algorithm, &[MESSAGE], b"")
            .map_err(|error| error.to_string());
        let why = found.expect_err("no answer");
        assert!(
            why.contains(name) && why.contains(expected),
            "{why}, expected {expected}"
        );
    }
}

/// Invalid ECDSA signatures in DER for any message, as Project Wycheproof tests them.
#[test]
fn a_malformed_ecdsa_signature_is_wrong() {
    // The order of P-256 (FIPS 186-5; SEC 2, section 2.4.2).
    const ORDER: &str = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order = hex::decode(ORDER).expect("hex");
    let pair = pair(&PKCS_ECDSA_P256_SHA256);
    let key = PublicKey::from_pem(&pair.public_key_pem()).expect("a key");
    let signature = pair.sign(MESSAGE).expect("a signature");
    let integer = |bytes: &[u8]| [&[2, bytes.len() as u8], bytes].concat();
    let both = |r: &[u8], s: &[u8]| {
        let content = [integer(r), integer(s)].concat();
        [&[0x30, content.len() as u8], content.as_slice()].concat()
    };
    let mut indefinite = signature.clone();
    indefinite[1] = 0x80;
    let mut longer = vec![0x30, 0x81];
    longer.extend_from_slice(&signature[1..]);
    let cases = [
        ("both zero", both(&[0], &[0])),
        ("both one", both(&[1], &[1])),
        ("r zero", both(&[0], &[1])),
        ("s zero", both(&[1], &[0])),
        ("both the order", both(&order, &order)),
        ("negative", both(&[0xff], &[0xff])),
        (
            "an indefinite length",
            [indefinite.as_slice(), &[0, 0]].concat(),
        ),
        ("a length written longer", longer),
        ("bytes after it", [signature.as_slice(), &[0]].concat()),
        ("cut", signature[..signature.len() - 1].to_vec()),
        ("no DER: both numbers alone", vec![1; 64]),
        ("an empty sequence", vec![0x30, 0]),
    ];
    for (what, signature) in cases {
        let found = key.verify(SignatureAlgorithm::EcdsaP256Sha256, &[MESSAGE], &signature);
        assert_eq!(found, Ok(false), "{what}");
    }
}

#[test]
fn names_an_unsupported_curve() {
    let pair = pair(&PKCS_ECDSA_P384_SHA384);
    assert_eq!(
        PublicKey::from_pem(&pair.public_key_pem()),
        Err(KeyError::Type(
            "ECDSA on another curve than P-256".to_owned()
        ))
    );
}
