use std::borrow::Cow;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls_pki_types::CertificateDer;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::algorithm::SignatureAlgorithm;
use super::error::{KeyError, MAX_TEXT};
use super::{pem, rsa};

// RFC 8017, appendix A.1; RFC 5480, section 2.1.1; RFC 8410, section 3.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Length of an Ed25519 key in bytes.
const ED25519_LENGTH: usize = 32;
/// Length of an uncompressed point on P-256 in bytes, and its first byte (SEC 1, section 2.3.3).
const P256_LENGTH: usize = 65;
const UNCOMPRESSED: u8 = 4;

/// A public key that signatures can be verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(KeyKind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum KeyKind {
    /// RSAPublicKey in DER (RFC 8017, appendix A.1.1).
    Rsa(Vec<u8>),
    /// An uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in PEM (RFC 7468, section 13).
    ///
    /// # Errors
    /// If it is not one, or if no supported algorithm uses the key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        bounded(text.as_bytes())?;
        Self::from_spki(&pem::public_key(text.as_bytes())?)
    }

    /// Reads the key of an X.509 certificate (RFC 5280) in DER or PEM, the first of several. Its
    /// issuer and dates are not checked: the address that it was fetched from proves that it is the
    /// sender's.
    ///
    /// # Errors
    /// If it is not one, or if no supported algorithm uses its key.
    pub fn from_certificate(certificate: &[u8]) -> Result<Self, KeyError> {
        const SEQUENCE: u8 = 0x30;
        bounded(certificate)?;
        let der = if certificate.first() == Some(&SEQUENCE) {
            Cow::Borrowed(certificate)
        } else {
            Cow::Owned(pem::certificate(certificate)?)
        };
        let der = CertificateDer::from(der.as_ref());
        let certificate = webpki::EndEntityCert::try_from(&der)
            .map_err(|error| KeyError::Certificate(error.to_string()))?;
        Self::from_spki(&certificate.subject_public_key_info())
    }

    /// Reads the 32 bytes of an Ed25519 key (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// If it has another length.
    pub fn from_ed25519(key: &[u8]) -> Result<Self, KeyError> {
        if key.len() == ED25519_LENGTH {
            Ok(Self(KeyKind::Ed25519(key.to_vec())))
        } else {
            Err(KeyError::Ed25519Length(key.len()))
        }
    }

    fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::try_from(der)
            .map_err(|_| KeyError::Der("a SubjectPublicKeyInfo"))?;
        let key = spki
            .subject_public_key
            .as_bytes()
            .ok_or(KeyError::Der("a SubjectPublicKeyInfo"))?;
        let curve = || spki.algorithm.parameters_oid().ok();
        match spki.algorithm.oid {
            RSA => {
                rsa::check(key)?;
                Ok(Self(KeyKind::Rsa(key.to_vec())))
            }
            EC if curve() == Some(P256) => {
                if key.len() == P256_LENGTH && key.first() == Some(&UNCOMPRESSED) {
                    Ok(Self(KeyKind::P256(key.to_vec())))
                } else {
                    Err(KeyError::Point)
                }
            }
            EC => Err(KeyError::Type(
                "ECDSA on another curve than P-256".to_owned(),
            )),
            ED25519_KEY => Self::from_ed25519(key),
            other => Err(KeyError::Type(other.to_string())),
        }
    }

    /// Whether `signature` is this key's signature of the concatenated parts. A malformed signature
    /// counts as wrong.
    ///
    /// # Errors
    /// If the algorithm needs another kind of key.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<bool, KeyError> {
        let (scheme, key) = self.scheme(algorithm)?;
        let message = match message {
            [only] => Cow::Borrowed(*only),
            parts => Cow::Owned(parts.concat()),
        };
        let key = UnparsedPublicKey::new(scheme, key);
        Ok(key.verify(&message, signature).is_ok())
    }

    fn scheme(
        &self,
        algorithm: SignatureAlgorithm,
    ) -> Result<(&'static dyn VerificationAlgorithm, &[u8]), KeyError> {
        Ok(match (&self.0, algorithm) {
            (KeyKind::Rsa(key), SignatureAlgorithm::RsaPkcs1Sha1) => {
                (&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key)
            }
            (KeyKind::Rsa(key), SignatureAlgorithm::RsaPkcs1Sha256) => {
                (&RSA_PKCS1_2048_8192_SHA256, key)
            }
            (KeyKind::P256(key), SignatureAlgorithm::EcdsaP256Sha256) => {
                (&ECDSA_P256_SHA256_ASN1, key)
            }
            (KeyKind::Ed25519(key), SignatureAlgorithm::Ed25519) => (&ED25519, key),
            (kind, algorithm) => {
                let (key, remedy) = match kind {
                    KeyKind::Rsa(_) => ("an RSA", "ask for rsa-pkcs1-sha256 or rsa-pkcs1-sha1"),
                    KeyKind::P256(_) => ("an ECDSA P-256", "ask for ecdsa-p256-sha256"),
                    KeyKind::Ed25519(_) => ("an Ed25519", "ask for ed25519"),
                };
                return Err(KeyError::Mismatch {
                    algorithm: algorithm.name(),
                    key,
                    remedy,
                });
            }
        })
    }
}

fn bounded(text: &[u8]) -> Result<(), KeyError> {
    if text.len() > MAX_TEXT {
        return Err(KeyError::TooLong(text.len()));
    }
    Ok(())
}
