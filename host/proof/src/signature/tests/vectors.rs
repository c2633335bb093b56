//! Signatures of real senders and of specifications.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{PublicKey, SignatureAlgorithm};

/// A delivery of Travis CI: key, body and signature (matrix-org/go-neb, Apache-2.0).
const TRAVIS_KEY: &str = include_str!("vectors/travis.pem");
const TRAVIS_FORM: &[u8] = include_bytes!("vectors/travis.form");
const TRAVIS_SIGNATURE: &str = include_str!("vectors/travis.signature");

/// A notification signed as by Amazon SNS, with a key that was made for this test and thrown away.
const SNS_CERTIFICATE: &[u8] = include_bytes!("vectors/sns.certificate.pem");
const SNS_SIGNED: &[u8] = include_bytes!("vectors/sns.signed");
const SNS_V1: &str = include_str!("vectors/sns.v1.signature");
const SNS_V2: &str = include_str!("vectors/sns.v2.signature");

struct Vector {
    name: &'static str,
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    message: Vec<u8>,
    signature: Vec<u8>,
}

fn base64(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text.trim()).expect("base64")
}

fn ed25519(name: &'static str, key: &[u8], message: &[u8], signature: Vec<u8>) -> Vector {
    Vector {
        name,
        key: PublicKey::from_ed25519(key).expect("a key"),
        algorithm: SignatureAlgorithm::Ed25519,
        message: message.to_vec(),
        signature,
    }
}

/// RFC 8032, section 7.1: public key, message, signature.
const RFC_8032: [(&str, &str, &str, &str); 3] = [
    (
        "RFC 8032, test 1",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9\
         b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "RFC 8032, test 2",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1\
         1d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "RFC 8032, test 3",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d\
         c6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

/// RFC 9421, appendix B.2.6: the signature base.
const RFC_9421: &[u8] = b"\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
    \"@method\": POST\n\
    \"@path\": /foo\n\
    \"@authority\": example.com\n\
    \"content-type\": application/json\n\
    \"content-length\": 18\n\
    \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
    \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";

fn vectors() -> Vec<Vector> {
    let hex = |text: &str| hex::decode(text).expect("hex");
    let mut vectors: Vec<Vector> = RFC_8032
        .iter()
        .map(|(name, key, message, signature)| {
            ed25519(name, &hex(key), &hex(message), hex(signature))
        })
        .collect();
    vectors.push(ed25519(
        "RFC 9421, B.2.6",
        &base64("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="),
        RFC_9421,
        base64(
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
        ),
    ));
    vectors.push(ed25519(
        "Standard Webhooks, v1a",
        &base64("ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g="),
        br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#,
        base64(
            "tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==",
        ),
    ));
    let (_, payload) = form_urlencoded::parse(TRAVIS_FORM)
        .find(|(name, _)| name == "payload")
        .expect("a payload");
    vectors.push(Vector {
        name: "Travis CI",
        key: PublicKey::from_pem(TRAVIS_KEY).expect("a key"),
        algorithm: SignatureAlgorithm::RsaPkcs1Sha1,
        message: payload.as_bytes().to_vec(),
        signature: base64(TRAVIS_SIGNATURE),
    });
    for (name, algorithm, signature) in [
        (
            "Amazon SNS, version 1",
            SignatureAlgorithm::RsaPkcs1Sha1,
            SNS_V1,
        ),
        (
            "Amazon SNS, version 2",
            SignatureAlgorithm::RsaPkcs1Sha256,
            SNS_V2,
        ),
    ] {
        vectors.push(Vector {
            name,
            key: PublicKey::from_certificate(SNS_CERTIFICATE).expect("a certificate"),
            algorithm,
            message: SNS_SIGNED.to_vec(),
            signature: base64(signature),
        });
    }
    vectors
}

#[test]
fn verifies_every_vector() {
    for vector in vectors() {
        let found = vector.key.verify(
            vector.algorithm,
            &[vector.message.as_slice()],
            &vector.signature,
        );
        assert_eq!(found, Ok(true), "{}", vector.name);
    }
}

#[test]
fn a_message_may_come_in_parts() {
    for vector in vectors() {
        let (start, end) = vector.message.split_at(vector.message.len() / 2);
        let found = vector
            .key
            .verify(vector.algorithm, &[start, b"", end], &vector.signature);
        assert_eq!(found, Ok(true), "{}", vector.name);
    }
}

#[test]
fn refuses_changed_signatures_and_messages() {
    for vector in vectors() {
        let flipped = |at: usize| {
            let mut signature = vector.signature.clone();
            signature[at] ^= 1;
            signature
        };
        let longer = [vector.signature.as_slice(), &[0]].concat();
        let padded = [&[0], vector.signature.as_slice()].concat();
        let cases = [
            ("an empty signature", Vec::new()),
            ("a flipped first bit", flipped(0)),
            ("a flipped last bit", flipped(vector.signature.len() - 1)),
            ("a byte less", vector.signature[1..].to_vec()),
            ("a byte more", longer),
            ("a zero before it", padded),
            ("zeros", vec![0; vector.signature.len()]),
        ];
        for (what, signature) in cases {
            let found =
                vector
                    .key
                    .verify(vector.algorithm, &[vector.message.as_slice()], &signature);
            assert_eq!(found, Ok(false), "{}: {what}", vector.name);
        }
        let found = vector.key.verify(
            vector.algorithm,
            &[vector.message.as_slice(), b"\n"],
            &vector.signature,
        );
        assert_eq!(found, Ok(false), "{}: a longer message", vector.name);
    }
}

#[test]
fn a_signature_is_valid_with_one_digest_only() {
    let key = PublicKey::from_certificate(SNS_CERTIFICATE).expect("a certificate");
    for (algorithm, signature) in [
        (SignatureAlgorithm::RsaPkcs1Sha1, SNS_V2),
        (SignatureAlgorithm::RsaPkcs1Sha256, SNS_V1),
    ] {
        let found = key.verify(algorithm, &[SNS_SIGNED], &base64(signature));
        assert_eq!(found, Ok(false), "{algorithm:?}");
    }
}
