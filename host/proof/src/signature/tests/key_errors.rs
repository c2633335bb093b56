//! Texts that are not usable keys, and their errors.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};

use super::PublicKey;

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
}

/// A value in DER (X.690, section 8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    match length {
        0..128 => der.push(length as u8),
        128..256 => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend_from_slice(content);
    der
}

const NULL: &[u8] = &[5, 0];
/// Object identifiers of key types: RSA, ECDSA, P-256, Ed25519, and X25519, which cannot sign.
const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const EC: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ED25519: &[u8] = &[6, 3, 0x2b, 0x65, 0x70];
const X25519: &[u8] = &[6, 3, 0x2b, 0x65, 0x6e];

fn spki(algorithm: &[&[u8]], key: &[u8]) -> String {
    let bits = der(3, &[&[0], key].concat());
    let key = [der(0x30, &algorithm.concat()), bits].concat();
    pem("PUBLIC KEY", &der(0x30, &key))
}

/// An RSA public key of this size. It has no private key.
fn rsa(bits: usize, exponent: &[u8]) -> String {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = 0xff >> (modulus.len() * 8 - bits);
    if modulus[0] & 0x80 != 0 {
        modulus.insert(0, 0);
    }
    let key = [der(2, &modulus), der(2, exponent)].concat();
    spki(&[RSA, NULL], &der(0x30, &key))
}

const F4: &[u8] = &[1, 0, 1];

fn ed25519() -> KeyPair {
    KeyPair::generate_for(&PKCS_ED25519).expect("a key")
}

fn certificate_of(pair: &KeyPair) -> rcgen::Certificate {
    let params = CertificateParams::default();
    params.self_signed(pair).expect("a certificate")
}

#[test]
fn reads_a_public_key_in_pem() {
    let good = ed25519().public_key_pem();
    for pem in [
        format!("a key of ours\r\n{}", good.replace('\n', "\r\n")),
        good,
        rsa(2048, F4),
        rsa(8192, F4),
        rsa(2048, &[3]),
        rsa(2048, &[1, 0xff, 0xff, 0xff, 0xff]),
    ] {
        let found = PublicKey::from_pem(&pem);
        assert!(found.is_ok(), "{pem}\n{found:?}");
    }
}

/// A key that cannot be used, and a part of the error.
fn unusable_keys() -> Vec<(String, &'static str)> {
    let exponent = "public exponent is not an odd number";
    let point = "not an uncompressed point of 65 bytes";
    let spki_error = "not a SubjectPublicKeyInfo in DER";
    vec![
        (
            rsa(1024, F4),
            "the RSA key has 1024 bits: give one of 2048 to 8192",
        ),
        (rsa(2047, F4), "has 2047 bits"),
        (rsa(8193, F4), "has 8193 bits"),
        (rsa(16384, F4), "has 16384 bits"),
        (rsa(2048, &[1]), exponent),
        (rsa(2048, &[4]), exponent),
        (rsa(2048, &[3, 0, 0, 0, 1]), exponent),
        (spki(&[RSA, NULL], b"\x30\0"), "not an RSAPublicKey in DER"),
        (spki(&[EC, P256], &[4; 64]), point),
        (spki(&[EC, P256], &[2; 65]), point),
        (spki(&[EC], &[4; 65]), "another curve than P-256"),
        (spki(&[ED25519], &[0; 31]), "has 32 bytes, this one has 31"),
        (
            spki(&[X25519], &[0; 32]),
            "type is 1.3.101.110: give an RSA",
        ),
        (pem("PUBLIC KEY", b"\x30\0"), spki_error),
        (pem("PUBLIC KEY", b""), spki_error),
    ]
}

/// A text without exactly one public key, and a part of the error.
fn wrong_texts() -> Vec<(String, &'static str)> {
    let pair = ed25519();
    let good = pair.public_key_pem();
    let no_key = "no PUBLIC KEY in the PEM text";
    vec![
        (String::new(), no_key),
        (BASE64_STANDARD.encode([0; 44]), no_key),
        (format!("{good}{good}"), "holds 2 public keys: give one"),
        (
            certificate_of(&pair).pem(),
            "holds a certificate, not a public key: extract its key",
        ),
        (
            pair.serialize_pem(),
            "holds a private key, not a public key: keep it secret",
        ),
        (
            pem("RSA PUBLIC KEY", b"\x30\0"),
            "PKCS #1), not a public key: convert it",
        ),
        (
            good.replace("END PUBLIC", "END PRIVATE"),
            "broken: a BEGIN line has no END line",
        ),
        (good.replace("MCow", "MC?w"), "broken: the text between"),
        (
            " ".repeat((64 << 10) + 1),
            "has 65537 bytes, the maximum is 65536",
        ),
    ]
}

#[test]
fn says_what_is_wrong_with_a_public_key() {
    for (pem, expected) in [unusable_keys(), wrong_texts()].concat() {
        let found = PublicKey::from_pem(&pem).map_err(|error| error.to_string());
        let fits = found.as_ref().is_err_and(|error| error.contains(expected));
        assert!(fits, "{pem}\n{found:?}, expected {expected:?}");
    }
}

#[test]
fn says_what_is_wrong_with_a_certificate() {
    let pair = ed25519();
    let certificate = certificate_of(&pair);
    let good = certificate.der().as_ref();
    let cases = [
        (good.to_vec(), None),
        (
            good[..good.len() - 1].to_vec(),
            Some("certificate cannot be read"),
        ),
        ([good, b"\0"].concat(), Some("certificate cannot be read")),
        (b"\x30\0".to_vec(), Some("certificate cannot be read")),
        (Vec::new(), Some("no CERTIFICATE in the PEM text")),
        (
            pair.public_key_pem().into_bytes(),
            Some("no CERTIFICATE in the PEM text"),
        ),
        (vec![0x30; (64 << 10) + 1], Some("the maximum is 65536")),
    ];
    for (at, (certificate, expected)) in cases.into_iter().enumerate() {
        let found = PublicKey::from_certificate(&certificate).map_err(|error| error.to_string());
        match (&found, expected) {
            (Ok(_), None) => {}
            (Err(why), Some(part)) if why.contains(part) => {}
            _ => panic!("case {at}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn an_error_does_not_repeat_the_text() {
    let secret = "hunter22hunter22";
    for text in [
        secret.to_owned(),
        format!("-----BEGIN PUBLIC KEY-----\n{secret}?\n-----END PUBLIC KEY-----"),
        format!("-----BEGIN {secret}"),
        format!("-----BEGIN PUBLIC KEY-----\n{secret}"),
    ] {
        let why = PublicKey::from_pem(&text).expect_err("no key");
        assert!(
            !format!("{why} {why:?}").contains(secret),
            "{text}: {why:?}"
        );
    }
}
