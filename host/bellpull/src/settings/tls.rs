use std::path::PathBuf;

use bellpull_acme::AcmeSettings;
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
        group = "server_certificate",
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
        requires = "server_certificate",
        env = "BELLPULL_TLS_CLIENT_CA"
    )]
    pub tls_client_ca: Option<PathBuf>,
    /// Name that a certificate is ordered for by ACME, instead of --tls-cert; repeatable; with --manifests
    ///
    /// This agrees to the terms of the authority. It validates each name by a connection to port 443 of the
    /// name, which must lead to --receiver-addr. The certificate, its key and the account are kept in
    /// --cache-dir, and the certificate is renewed in time.
    #[arg(
        long,
        value_name = "NAME",
        value_parser = bellpull_acme::domain,
        requires = "manifests",
        group = "server_certificate",
        env = "BELLPULL_ACME_DOMAIN",
        value_delimiter = ','
    )]
    pub acme_domain: Vec<String>,
    /// Email address that the authority of --acme-domain may write to
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = bellpull_acme::email,
        requires = "acme_domain",
        env = "BELLPULL_ACME_EMAIL"
    )]
    pub acme_email: Option<String>,
    /// URL of the directory of the authority of --acme-domain
    #[arg(
        long,
        value_name = "URL",
        default_value = LETS_ENCRYPT,
        requires = "acme_domain",
        env = "BELLPULL_ACME_DIRECTORY"
    )]
    pub acme_directory: String,
}

/// <https://letsencrypt.org/docs/acme-protocol-updates/>, "ACME v2 Production".
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

impl TlsArgs {
    /// Whether webhooks are served over TLS.
    pub(crate) fn is_on(&self) -> bool {
        !self.tls_cert.is_empty() || !self.acme_domain.is_empty()
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
        let none = files.pairs.is_empty() && self.acme_domain.is_empty();
        Ok((!none).then_some(files))
    }

    /// What is ordered of an authority, if anything is.
    pub(crate) fn acme(&self) -> Option<AcmeSettings> {
        (!self.acme_domain.is_empty()).then(|| AcmeSettings {
            domains: self.acme_domain.clone(),
            email: self.acme_email.clone(),
            directory: self.acme_directory.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::{Cli, Command};

    fn parse(flags: &str) -> Result<TlsArgs, String> {
        let arguments = ["bellpull", "serve"].into_iter();
        let parsed = Cli::try_parse_from(arguments.chain(flags.split_whitespace()));
        match parsed.map_err(|error| error.to_string())?.command {
            Command::Serve(arguments) => Ok(arguments.tls),
            other => panic!("parsed {other:?}"),
        }
    }

    #[test]
    fn certificates_come_from_files_or_from_an_authority() {
        for (flags, problem) in [
            ("--tls-cert a --tls-key b --tls-client-ca c", None),
            (
                "--manifests m --acme-domain a.example --tls-client-ca c",
                None,
            ),
            (
                "--manifests m --acme-domain a.example --tls-cert a --tls-key b",
                Some("cannot be used with"),
            ),
            ("--acme-domain a.example", Some("--manifests <DIR>")),
            (
                "--manifests m --acme-email a@example.com",
                Some("--acme-domain <NAME>"),
            ),
            (
                "--manifests m --acme-directory https://acme.example.com",
                Some("--acme-domain <NAME>"),
            ),
            (
                "--manifests m --acme-domain *.example.com",
                Some("each name by itself"),
            ),
            ("--tls-client-ca c", Some("--tls-cert <FILE>")),
        ] {
            let error = parse(flags).err();
            let fits = match (&error, problem) {
                (None, None) => true,
                (Some(error), Some(problem)) => error.contains(problem),
                _ => false,
            };
            assert!(fits, "{flags}: {error:?}, expected {problem:?}");
        }
    }

    #[test]
    fn an_authority_is_asked_if_there_is_a_name() {
        assert_eq!(parse("").unwrap().acme(), None);
        let flags = "--manifests m --acme-domain A.example,b.example --acme-email a@example.com";
        let expected = AcmeSettings {
            domains: vec!["a.example".to_owned(), "b.example".to_owned()],
            email: Some("a@example.com".to_owned()),
            directory: LETS_ENCRYPT.to_owned(),
        };
        let parsed = parse(flags).unwrap();
        assert_eq!(parsed.acme(), Some(expected));
        assert_eq!(parsed.files().unwrap(), Some(TlsFiles::default()));
    }
}
