use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RsaParameters,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::algorithm::JwsAlgorithm;

/// A public key, by its type (RFC 7518, section 6; RFC 8037, section 2).
#[derive(Debug)]
pub(crate) enum JwsPublicKey {
    /// Big-endian, without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// An uncompressed point (SEC 1, section 2.3.3).
    P256(Vec<u8>),
    /// An uncompressed point, too.
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl JwsPublicKey {
    /// Whether keys of this type make signatures of this algorithm. A key serves one family of
    /// algorithms only (RFC 8725, section 3.1).
    pub(crate) fn fits(&self, algorithm: JwsAlgorithm) -> bool {
        self.verification(algorithm).is_some()
    }

    /// Whether this key has made the signature. An algorithm that does not fit never verifies.
    pub(crate) fn verifies(
        &self,
        algorithm: JwsAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        match (self.verification(algorithm), self) {
            (Some(Verification::Rsa(parameters)), Self::Rsa { modulus, exponent }) => {
                let key = signature::RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(parameters, message, signature).is_ok()
            }
            (
                Some(Verification::Curve(algorithm)),
                Self::P256(key) | Self::P384(key) | Self::Ed25519(key),
            ) => UnparsedPublicKey::new(algorithm, key)
                .verify(message, signature)
                .is_ok(),
            _ => false,
        }
    }

    fn verification(&self, algorithm: JwsAlgorithm) -> Option<Verification> {
        Some(match (self, algorithm) {
            (Self::Rsa { .. }, JwsAlgorithm::Rs256) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256)
            }
            (Self::Rsa { .. }, JwsAlgorithm::Rs384) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384)
            }
            (Self::Rsa { .. }, JwsAlgorithm::Rs512) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512)
            }
            (Self::Rsa { .. }, JwsAlgorithm::Ps256) => {
                Verification::Rsa(&signature::RSA_PSS_2048_8192_SHA256)
            }
            (Self::P256(_), JwsAlgorithm::Es256) => Verification::Curve(&ECDSA_P256_SHA256_FIXED),
            (Self::P384(_), JwsAlgorithm::Es384) => Verification::Curve(&ECDSA_P384_SHA384_FIXED),
            (Self::Ed25519(_), JwsAlgorithm::EdDsa) => Verification::Curve(&ED25519),
            _ => return None,
        })
    }
}

enum Verification {
    Rsa(&'static RsaParameters),
    Curve(&'static dyn VerificationAlgorithm),
}
