use std::path::PathBuf;

use bellpull_registry::ArtefactReference;
use clap::{ArgGroup, Args};

use super::registry::RegistryArgs;
use super::verify::NetworkArgs;

/// Of several keys and identities, one is enough unless somebody asks for more.
const ONE_SIGNATURE: usize = 1;

/// Whoever an issuer says that somebody is.
const IDENTITY: &str = "identity";

#[derive(Debug, Args)]
pub struct SignArgs {
    /// Artefact, as oci://HOST/REPOSITORY:TAG or oci://HOST/REPOSITORY@sha256:…
    pub artefact: ArtefactReference,
    /// File with the private key: PEM of PKCS#8, or of `cosign generate-key-pair`
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File with the password of an encrypted key [default: BELLPULL_KEY_PASSWORD or COSIGN_PASSWORD of
    /// the environment, else asked for]
    #[arg(long, value_name = "FILE")]
    pub key_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new(IDENTITY).multiple(true).args(["identities", "identity_expressions"]),
    group = ArgGroup::new("signer").multiple(true).required(true)
        .args(["keys", "identities", "identity_expressions"])
)]
pub struct VerifySignatureArgs {
    /// Artefact, as oci://HOST/REPOSITORY:TAG or oci://HOST/REPOSITORY@sha256:…
    pub artefact: ArtefactReference,
    /// File with a public key in PEM whose signature counts; repeatable
    #[arg(long = "key", value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Subject whose signature with a certificate counts, an email address or the URI of a workload;
    /// repeatable
    #[arg(
        long = "certificate-identity",
        value_name = "SUBJECT",
        requires_all = ["certificate_oidc_issuer", "trusted_root"]
    )]
    pub identities: Vec<String>,
    /// Regular expression that such a subject matches as a whole; repeatable
    #[arg(
        long = "certificate-identity-regexp",
        value_name = "EXPRESSION",
        requires_all = ["certificate_oidc_issuer", "trusted_root"]
    )]
    pub identity_expressions: Vec<String>,
    /// Issuer of the tokens that say who the subjects are
    #[arg(long, value_name = "URL", requires = IDENTITY)]
    pub certificate_oidc_issuer: Option<String>,
    /// File trusted_root.json of Sigstore, which proves certificates, times and log entries
    #[arg(long, value_name = "FILE")]
    pub trusted_root: Option<PathBuf>,
    /// Count a signature by a key only if a transparency log of --trusted-root has it
    ///
    /// A signature with a certificate always needs such an entry.
    #[arg(long, requires = "trusted_root")]
    pub require_log_entry: bool,
    /// How many of the keys and subjects must have signed
    #[arg(long, default_value_t = ONE_SIGNATURE, value_name = "NUMBER")]
    pub minimum: usize,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}
