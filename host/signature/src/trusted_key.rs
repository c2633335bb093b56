use bellpull_proof::signature::{KeyError, PublicKey, SignatureAlgorithm};
use sigstore_types::DerPublicKey;

/// A public key whose signatures count.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    name: String,
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    /// SubjectPublicKeyInfo, as entries of a log have it.
    der: DerPublicKey,
}

/// Why a key is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrustedKeyError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("it is no public key in PEM: {0}")]
    Pem(#[from] sigstore_types::Error),
    #[error("it is an RSA key: give an ECDSA key on P-256 or an Ed25519 key")]
    Rsa,
}

impl TrustedKey {
    /// Reads a public key in PEM: ECDSA on P-256, or Ed25519.
    ///
    /// # Errors
    /// When it is another one, or none.
    pub fn from_pem(name: &str, pem: &str) -> Result<Self, TrustedKeyError> {
        let key = PublicKey::from_pem(pem)?;
        let algorithms = [
            SignatureAlgorithm::EcdsaP256Sha256,
            SignatureAlgorithm::Ed25519,
        ];
        let fits = |algorithm: &SignatureAlgorithm| key.verify(*algorithm, &[], &[]).is_ok();
        let algorithm = algorithms.into_iter().find(fits);
        Ok(Self {
            name: name.to_owned(),
            algorithm: algorithm.ok_or(TrustedKeyError::Rsa)?,
            key,
            der: DerPublicKey::from_pem(pem)?,
        })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) fn der(&self) -> &DerPublicKey {
        &self.der
    }

    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = self.key.verify(self.algorithm, &[message], signature);
        verified.unwrap_or(false)
    }
}
