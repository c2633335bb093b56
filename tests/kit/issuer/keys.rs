//! Keys that sign tokens.

use anyhow::{Result, anyhow};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaKeyPair,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};

use super::base64url;

/// A key of the tests, made with `openssl genpkey -algorithm RSA`. It protects nothing.
const RSA: &[u8] = include_bytes!("rsa-2048.pk8");

/// A certificate of the RSA key in PEM.
pub(super) fn rsa_certificate() -> Result<String> {
    let key = PrivatePkcs8KeyDer::from(RSA);
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_RSA_SHA256)?;
    Ok(CertificateParams::default().self_signed(&key)?.pem())
}

/// The kind of key that an issuer signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

pub(super) struct SigningKey {
    kind: KeyKind,
    id: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    pub(super) fn new(kind: KeyKind, id: &str) -> Result<Self> {
        let pair = match kind {
            KeyKind::Rsa => Pair::Rsa(Box::new(
                RsaKeyPair::from_pkcs8(RSA).map_err(|error| anyhow!(error))?,
            )),
            KeyKind::P256 => Pair::Ec(ec(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            KeyKind::P384 => Pair::Ec(ec(&ECDSA_P384_SHA384_FIXED_SIGNING)?),
            KeyKind::Ed25519 => {
                let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                    .map_err(|_| anyhow!("no Ed25519 key"))?;
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref());
                Pair::Ed(pair.map_err(|error| anyhow!(error))?)
            }
        };
        Ok(Self {
            kind,
            id: id.to_owned(),
            pair,
        })
    }

    pub(super) fn kind(&self) -> KeyKind {
        self.kind
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.kind {
            KeyKind::Rsa => "RS256",
            KeyKind::P256 => "ES256",
            KeyKind::P384 => "ES384",
            KeyKind::Ed25519 => "EdDSA",
        }
    }

    pub(super) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding: &dyn ring::signature::RsaEncoding = match algorithm {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
            Pair::Ec(pair) => {
                let signature = pair.sign(&random, message).expect("a signature");
                signature.as_ref().to_vec()
            }
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => {
                let PublicKeyComponents { n, e } =
                    PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": base64url(&n), "e": base64url(&e)})
            }
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if self.kind == KeyKind::P256 {
                    "P-256"
                } else {
                    "P-384"
                };
                json!({"kty": "EC", "crv": curve, "x": base64url(x), "y": base64url(y)})
            }
            Pair::Ed(pair) => {
                let x = base64url(pair.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
        };
        jwk["kid"] = self.id.as_str().into();
        jwk["use"] = "sig".into();
        jwk
    }
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Result<EcdsaKeyPair> {
    let random = SystemRandom::new();
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| anyhow!("no ECDSA key"))?;
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).map_err(|error| anyhow!(error))
}
