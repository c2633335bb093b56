use std::path::{Path, PathBuf};

/// Why certificates, keys or authorities cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The reason is that of the operating system, or of the parser.
    #[error("{}: cannot be read: {why}", file.display())]
    Unreadable { file: PathBuf, why: String },
    #[error(
        "{}: holds no certificate: write the certificate of this server as PEM (BEGIN CERTIFICATE), and \
         behind it those of its issuers", file.display()
    )]
    NoCertificate { file: PathBuf },
    #[error(
        "{}: holds no certificate of an authority: write those that issue certificates to clients as PEM \
         (BEGIN CERTIFICATE)", file.display()
    )]
    NoAuthority { file: PathBuf },
    #[error(
        "{}: holds no private key that can be read: write one as PEM (BEGIN PRIVATE KEY, BEGIN EC PRIVATE \
         KEY or BEGIN RSA PRIVATE KEY) that is not encrypted", file.display()
    )]
    NoKey { file: PathBuf },
    #[error("{}: cannot be used: {why}", file.display())]
    Unusable { file: PathBuf, why: String },
    #[error(
        "{}: this key does not belong to the certificate in {}",
        key.display(), certificate.display()
    )]
    NoPair { certificate: PathBuf, key: PathBuf },
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
    #[error("{}: its certificate expired on {since}", file.display())]
    Expired { file: PathBuf, since: String },
    #[error("{}: its certificate is not valid before {from}", file.display())]
    NotYetValid { file: PathBuf, from: String },
}

impl TlsError {
    pub(crate) fn unreadable(file: &Path, why: impl ToString) -> Self {
        Self::Unreadable {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    pub(crate) fn unusable(file: &Path, why: impl ToString) -> Self {
        Self::Unusable {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }
}
