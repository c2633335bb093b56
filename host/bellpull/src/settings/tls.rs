use std::path::PathBuf;

use bellpull_tls::{PairFiles, TlsFiles};
use clap::Args;

use crate::exit::UsageError;

/// TLS of the port of webhooks.
#[derive(Clone, Debug, Default, Args)]
pub struct TlsArgs {
    /// PEM file of a certificate for webhooks, with those of its issuers behind it; repeatable [default: no
    /// TLS]
    ///
    /// Of several, the one is used that is for the server name of the client, else the first. Changed files
    /// are taken within seconds.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "BELLPULL_TLS_CERT",
        value_delimiter = ','
    )]
    pub tls_cert: Vec<PathBuf>,
    /// PEM file of the key of each --tls-cert, in the same order
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "BELLPULL_TLS_KEY",
        value_delimiter = ','
    )]
    pub tls_key: Vec<PathBuf>,
    /// PEM file of the authorities of clients that show a certificate; they need not
    ///
    /// A Receiver whose provider asks for one takes deliveries of such clients alone.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "BELLPULL_TLS_CLIENT_CA"
    )]
    pub tls_client_ca: Option<PathBuf>,
}

impl TlsArgs {
    /// Whether webhooks are served over TLS.
    pub(crate) fn is_on(&self) -> bool {
        !self.tls_cert.is_empty()
    }

    /// The files that the flags name. `None`: there is no TLS.
    ///
    /// # Errors
    /// When there are not as many keys as certificates.
    pub(crate) fn files(&self) -> Result<Option<TlsFiles>, UsageError> {
        let (certificates, keys) = (self.tls_cert.len(), self.tls_key.len());
        if certificates != keys {
            return Err(UsageError(format!(
                "--tls-cert names {certificates} files and --tls-key {keys}: give one key for each \
                 certificate, in the same order"
            )));
        }
        let pairs = self.tls_cert.iter().zip(&self.tls_key);
        let pairs = pairs.map(|(certificate, key)| PairFiles {
            certificate: certificate.clone(),
            key: key.clone(),
        });
        let files = TlsFiles {
            pairs: pairs.collect(),
            client_authorities: self.tls_client_ca.clone(),
        };
        Ok((!files.pairs.is_empty()).then_some(files))
    }
}
