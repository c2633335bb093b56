use std::borrow::Cow;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls_pki_types::CertificateDer;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::{Algorithm, pem, rsa};

// RFC 8017, appendix A.1; RFC 5480, section 2.1.1; RFC 8410, section 3.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Bytes of an Ed25519 key.
const ED25519_LENGTH: usize = 32;
/// Bytes of an uncompressed point on P-256, and its first (SEC 1, section 2.3.3).
const P256_LENGTH: usize = 65;
const UNCOMPRESSED: u8 = 4;
/// Of a PEM text or a certificate, bytes: what may be fetched.
const MAX_TEXT: usize = 64 << 10;

/// Why a key cannot be used. The texts say what is wrong and what to do, and quote nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Longer than any key or certificate.
    #[error("the key has {0} bytes, at most {MAX_TEXT} are read")]
    TooLong(usize),
    /// No such section in the PEM text.
    #[error(
        "no {wanted} in the PEM text: it must have '-----BEGIN {wanted}-----', the base64, and \
         '-----END {wanted}-----', each on lines of its own"
    )]
    NoSection {
        /// The label that is looked for.
        wanted: &'static str,
    },
    /// PEM of something else.
    #[error("the PEM text holds {found}, not a public key: {remedy}")]
    OtherSection {
        /// What it holds.
        found: &'static str,
        /// How a public key is had from it.
        remedy: &'static str,
    },
    /// Which of them is meant nobody knows.
    #[error("the PEM text holds {0} public keys: give one")]
    Several(usize),
    /// PEM that is broken.
    #[error("the PEM text is broken: {0}")]
    Pem(String),
    /// A certificate that is broken, or of a kind that is not read.
    #[error(
        "the certificate cannot be read ({0}): it must be one X.509 version 3 certificate, as DER \
         or PEM"
    )]
    Certificate(String),
    /// Not a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), or not a key of its kind.
    #[error("the key is not {0} in DER")]
    Der(&'static str),
    /// A kind of key that no algorithm here uses.
    #[error("the key's type is {0}: give an RSA, an ECDSA P-256 or an Ed25519 key")]
    Type(String),
    /// An RSA key that is too weak, or too slow.
    #[error("the RSA key has {0} bits: give one of 2048 to 8192")]
    RsaBits(usize),
    /// An RSA key with which nothing is signed.
    #[error("the RSA key's public exponent is not an odd number from 3 to 2^33 - 1")]
    RsaExponent,
    /// Not the encoding of a point.
    #[error("the P-256 key is not an uncompressed point of 65 bytes")]
    Point,
    /// Not as long as an Ed25519 key.
    #[error("an Ed25519 key has 32 bytes, this one has {0}")]
    Ed25519Length(usize),
    /// A key of one kind, an algorithm of another.
    #[error("{algorithm} does not work with {key} key: {remedy}")]
    Mismatch {
        /// As the contract names it.
        algorithm: &'static str,
        /// What the key is, with its article.
        key: &'static str,
        /// Which algorithms do.
        remedy: &'static str,
    },
}

/// A public key that signatures can be verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// RSAPublicKey in DER (RFC 8017, appendix A.1.1).
    Rsa(Vec<u8>),
    /// An uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// A SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    ///
    /// # Errors
    /// When it is none, or not a key that an algorithm here uses.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        bounded(text.as_bytes())?;
        Self::from_spki(&pem::public_key(text.as_bytes())?)
    }

    /// The key of an X.509 certificate (RFC 5280), DER or PEM; of several, the first. Neither its
    /// issuer nor its dates are looked at: that it is the sender's is known by where it comes from.
    ///
    /// # Errors
    /// When it is none, or holds no key that an algorithm here uses.
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

    /// The 32 bytes of an Ed25519 key (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// When it has another length.
    pub fn from_ed25519(key: &[u8]) -> Result<Self, KeyError> {
        if key.len() == ED25519_LENGTH {
            Ok(Self(Kind::Ed25519(key.to_vec())))
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
                Ok(Self(Kind::Rsa(key.to_vec())))
            }
            EC if curve() == Some(P256) => {
                if key.len() == P256_LENGTH && key.first() == Some(&UNCOMPRESSED) {
                    Ok(Self(Kind::P256(key.to_vec())))
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

    /// Whether `signature` is this key's signature of the message, which is all parts in turn.
    /// A signature that is broken is a wrong one.
    ///
    /// # Errors
    /// When the algorithm is for keys of another kind.
    pub fn verify(
        &self,
        algorithm: Algorithm,
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
        algorithm: Algorithm,
    ) -> Result<(&'static dyn VerificationAlgorithm, &[u8]), KeyError> {
        Ok(match (&self.0, algorithm) {
            (Kind::Rsa(key), Algorithm::RsaPkcs1Sha1) => {
                (&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key)
            }
            (Kind::Rsa(key), Algorithm::RsaPkcs1Sha256) => (&RSA_PKCS1_2048_8192_SHA256, key),
            (Kind::P256(key), Algorithm::EcdsaP256Sha256) => (&ECDSA_P256_SHA256_ASN1, key),
            (Kind::Ed25519(key), Algorithm::Ed25519) => (&ED25519, key),
            (kind, algorithm) => {
                let (key, remedy) = match kind {
                    Kind::Rsa(_) => ("an RSA", "ask for rsa-pkcs1-sha256 or rsa-pkcs1-sha1"),
                    Kind::P256(_) => ("an ECDSA P-256", "ask for ecdsa-p256-sha256"),
                    Kind::Ed25519(_) => ("an Ed25519", "ask for ed25519"),
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
