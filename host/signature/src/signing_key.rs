use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use spki::der::Encode as _;
use spki::der::asn1::{AnyRef, BitStringRef};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use crate::cosign_key;
use crate::error::SigningKeyError;

// RFC 5480, section 2.1.1; RFC 8410, section 3.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// More bytes than a public key has in DER: 91 on P-256.
const MAX_PUBLIC: usize = 128;

/// The labels of PEM that private keys have: PKCS#8 (RFC 7468, section 10), and cosign's of now and before.
const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: [&str; 2] = [
    "ENCRYPTED SIGSTORE PRIVATE KEY",
    "ENCRYPTED COSIGN PRIVATE KEY",
];

enum SigningPair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A private key that signs artefacts.
pub struct SigningKey {
    kind: SigningPair,
    /// SubjectPublicKeyInfo in DER.
    public: Vec<u8>,
}

impl SigningKey {
    /// Whether a key needs a password.
    #[must_use]
    pub fn is_encrypted(text: &str) -> bool {
        pem::parse(text).is_ok_and(|pem| ENCRYPTED.contains(&pem.tag()))
    }

    /// Reads a private key in PEM. The password counts for an encrypted one.
    ///
    /// # Errors
    /// When it is none that can sign, or the password is wrong.
    pub fn from_pem(text: &str, password: &[u8]) -> Result<Self, SigningKeyError> {
        let pem = pem::parse(text).map_err(|_| SigningKeyError::Pem)?;
        let pkcs8 = match pem.tag() {
            PLAIN => Zeroizing::new(pem.into_contents()),
            label if ENCRYPTED.contains(&label) => cosign_key::decrypt(pem.contents(), password)?,
            label => return Err(SigningKeyError::Label(label.to_owned())),
        };
        let random = SystemRandom::new();
        let ecdsa = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &random);
        let kind = match ecdsa {
            Ok(pair) => SigningPair::Ecdsa(pair),
            // A key of version 1 has no public half (RFC 5958, section 2).
            Err(_) => SigningPair::Ed25519(
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8)
                    .map_err(|_| SigningKeyError::Type)?,
            ),
        };
        let public = public_key(&kind).ok_or(SigningKeyError::Type)?;
        Ok(Self { kind, public })
    }

    /// The public half, as SubjectPublicKeyInfo in PEM.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let pem = pem::Pem::new("PUBLIC KEY", self.public.clone());
        let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        pem::encode_config(&pem, lines)
    }

    /// What names the key in a bundle: the SHA-256 of its public half, in base64 (cosign 3.0).
    pub(crate) fn hint(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.public))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        match &self.kind {
            SigningPair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            SigningPair::Ecdsa(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                let signature = signature.map_err(|_| SigningKeyError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

fn public_key(kind: &SigningPair) -> Option<Vec<u8>> {
    let curve = AnyRef::from(&P256);
    let (oid, parameters, bits) = match kind {
        SigningPair::Ecdsa(pair) => (EC, Some(curve), pair.public_key().as_ref()),
        SigningPair::Ed25519(pair) => (ED25519, None, pair.public_key().as_ref()),
    };
    let key = SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(bits).ok()?,
    };
    let mut buffer = [0; MAX_PUBLIC];
    key.encode_to_slice(&mut buffer).ok().map(<[u8]>::to_vec)
}
