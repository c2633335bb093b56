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
    /// A second reader does not take the text. Its own words quote it.
    #[error("it is no public key in PEM: give one 'PUBLIC KEY' section, and no text around it")]
    Pem,
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
            der: DerPublicKey::from_pem(pem).map_err(|_| TrustedKeyError::Pem)?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_quotes_nothing_of_the_text() {
        let key = "-----BEGIN PUBLIC KEY-----\n\
                   MCowBQYDK2VwAyEAMAQuQ8I+FtN1/V4CmEH18qip7kfnzRwl0RXyLxTkHN0=\n\
                   -----END PUBLIC KEY-----\n";
        assert!(TrustedKey::from_pem("a", key).is_ok());
        let around = format!("-----END X-----BEGIN hunter2-----\n{key}");
        for text in [around.as_str(), "hunter2", "-----BEGIN hunter2-----\n"] {
            if let Err(error) = TrustedKey::from_pem("a", text) {
                assert!(!error.to_string().contains("hunter2"), "{text}: {error}");
            }
        }
    }
}
