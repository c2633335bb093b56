/// Maximum length of a PEM text or a certificate, in bytes.
pub(super) const MAX_TEXT: usize = 64 << 10;

/// Why a key cannot be used. The texts say what is wrong and what to do. They contain nothing of
/// the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Longer than any key or certificate.
    #[error("the key has {0} bytes, the maximum is {MAX_TEXT}")]
    TooLong(usize),
    /// The PEM text does not have the section.
    #[error(
        "no {wanted} in the PEM text: it must have '-----BEGIN {wanted}-----', the base64, and \
         '-----END {wanted}-----', each on lines of its own"
    )]
    NoSection {
        /// The label of the section.
        wanted: &'static str,
    },
    /// The PEM text has another section.
    #[error("the PEM text holds {found}, not a public key: {remedy}")]
    OtherSection {
        /// What the section contains.
        found: &'static str,
        /// How to get a public key from it.
        remedy: &'static str,
    },
    /// The PEM text has several public keys.
    #[error("the PEM text holds {0} public keys: give one")]
    Several(usize),
    /// The PEM text is broken.
    #[error("the PEM text is broken: {0}")]
    Pem(String),
    /// The certificate is broken or of an unsupported kind.
    #[error(
        "the certificate cannot be read ({0}): it must be one X.509 version 3 certificate, as DER \
         or PEM"
    )]
    Certificate(String),
    /// Not a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), or not a key of its kind.
    #[error("the key is not {0} in DER")]
    Der(&'static str),
    /// No supported algorithm uses this type of key.
    #[error("the key's type is {0}: give an RSA, an ECDSA P-256 or an Ed25519 key")]
    Type(String),
    /// The RSA key is too weak or too slow.
    #[error("the RSA key has {0} bits: give one of 2048 to 8192")]
    RsaBits(usize),
    /// The exponent of the RSA key is invalid.
    #[error("the RSA key's public exponent is not an odd number from 3 to 2^33 - 1")]
    RsaExponent,
    /// The key is not an encoded point.
    #[error("the P-256 key is not an uncompressed point of 65 bytes")]
    Point,
    /// The Ed25519 key has a wrong length.
    #[error("an Ed25519 key has 32 bytes, this one has {0}")]
    Ed25519Length(usize),
    /// The algorithm needs another kind of key.
    #[error("{algorithm} does not work with {key} key: {remedy}")]
    Mismatch {
        /// The name in the contract.
        algorithm: &'static str,
        /// The kind of key, with its article.
        key: &'static str,
        /// The algorithms that work with the key.
        remedy: &'static str,
    },
}
