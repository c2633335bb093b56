/// Why a key does not sign.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    #[error("it is no PEM")]
    Pem,
    #[error(
        "its label is {0:?}: give a private key of PKCS#8 (PRIVATE KEY), as `openssl pkcs8 -topk8 -nocrypt` \
         writes it, or of `cosign generate-key-pair`"
    )]
    Label(String),
    #[error("it is encrypted, and not as cosign does it: {0}")]
    Encrypted(String),
    #[error("the password does not open it")]
    Password,
    #[error("it is neither an ECDSA key on P-256 nor an Ed25519 key")]
    Type,
    #[error("it does not sign")]
    Signing,
    #[error("the digest is not one of SHA-256")]
    Digest,
    #[error("writing the bundle: {0}")]
    Bundle(#[from] serde_json::Error),
}
