use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RsaParameters,
    UnparsedPublicKey, VerificationAlgorithm,
};

/// The signatures that are taken (RFC 7518, section 3.1; RFC 8037, section 3.1). `none` and the
/// MACs have no place in it, so that no header can ask for them (RFC 8725, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    pub(crate) const NAMES: &str = "RS256, RS384, RS512, PS256, ES256, ES384, EdDSA";

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A public key as its type says it (RFC 7518, section 6; RFC 8037, section 2).
#[derive(Debug)]
pub(crate) enum PublicKey {
    /// Big-endian, without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// An uncompressed point (SEC 1, section 2.3.3).
    P256(Vec<u8>),
    /// As well.
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// Whether signatures of this algorithm are made with keys of this type: a key is for one
    /// family alone (RFC 8725, section 3.1).
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        self.verification(algorithm).is_some()
    }

    /// Whether the signature is this key's. Never for an algorithm that does not fit.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
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

    fn verification(&self, algorithm: Algorithm) -> Option<Verification> {
        Some(match (self, algorithm) {
            (Self::Rsa { .. }, Algorithm::Rs256) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256)
            }
            (Self::Rsa { .. }, Algorithm::Rs384) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384)
            }
            (Self::Rsa { .. }, Algorithm::Rs512) => {
                Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512)
            }
            (Self::Rsa { .. }, Algorithm::Ps256) => {
                Verification::Rsa(&signature::RSA_PSS_2048_8192_SHA256)
            }
            (Self::P256(_), Algorithm::Es256) => Verification::Curve(&ECDSA_P256_SHA256_FIXED),
            (Self::P384(_), Algorithm::Es384) => Verification::Curve(&ECDSA_P384_SHA384_FIXED),
            (Self::Ed25519(_), Algorithm::EdDsa) => Verification::Curve(&ED25519),
            _ => return None,
        })
    }
}

enum Verification {
    Rsa(&'static RsaParameters),
    Curve(&'static dyn VerificationAlgorithm),
}
