/// A signature scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2) with SHA-1. Legacy: SHA-1 has collisions, so
    /// whoever chooses a part of a signed message may get a signature for another one.
    RsaPkcs1Sha1,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaPkcs1Sha256,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5). The signature is in DER (RFC 3279, section 2.2.3).
    EcdsaP256Sha256,
    /// Ed25519 (RFC 8032, section 5.1).
    Ed25519,
}

impl SignatureAlgorithm {
    /// The algorithm with that name in the contract.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "rsa-pkcs1-sha1" => Self::RsaPkcs1Sha1,
            "rsa-pkcs1-sha256" => Self::RsaPkcs1Sha256,
            "ecdsa-p256-sha256" => Self::EcdsaP256Sha256,
            "ed25519" => Self::Ed25519,
            _ => return None,
        })
    }

    /// Its name in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs1Sha1 => "rsa-pkcs1-sha1",
            Self::RsaPkcs1Sha256 => "rsa-pkcs1-sha256",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::Ed25519 => "ed25519",
        }
    }
}
