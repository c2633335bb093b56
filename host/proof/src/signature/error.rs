/// Of a PEM text or a certificate, bytes: what may be fetched.
pub(super) const MAX_TEXT: usize = 64 << 10;

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
