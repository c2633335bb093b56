use crate::host::crypto::PublicKey;

impl PublicKey {
    /// SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    pub fn pem(text: &str) -> Self {
        Self::of("pem", text.into())
    }

    /// An X.509 certificate, DER or PEM.
    pub fn certificate(bytes: Vec<u8>) -> Self {
        Self::of("certificate", bytes)
    }

    /// The 32 bytes of an Ed25519 key.
    pub fn ed25519(bytes: Vec<u8>) -> Self {
        Self::of("ed25519", bytes)
    }

    /// The public key in PEM that stands under this key in the Receiver's Secret.
    pub fn credential(name: &str) -> Self {
        Self::of("credential", name.into())
    }

    fn of(kind: &str, key: Vec<u8>) -> Self {
        Self {
            kind: kind.into(),
            key,
        }
    }
}
