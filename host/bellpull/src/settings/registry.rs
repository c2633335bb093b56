use std::path::PathBuf;

use bellpull_registry::ArtefactReference;
use clap::Args;

use super::plugins::CacheArgs;
use super::verify::NetworkArgs;

/// How registries of artefacts are asked.
#[derive(Clone, Debug, Default, Args)]
pub struct RegistryArgs {
    /// File with credentials for registries, as `docker login` writes it [default: config.json in
    /// $DOCKER_CONFIG, or in .docker of the home directory; a server has no default]
    #[arg(long, value_name = "FILE", env = "BELLPULL_REGISTRY_CONFIG")]
    pub registry_config: Option<PathBuf>,
    /// Registry that is asked by http instead of https; repeatable
    #[arg(
        long,
        value_name = "HOST[:PORT]",
        env = "BELLPULL_PLAIN_HTTP",
        value_delimiter = ','
    )]
    pub plain_http: Vec<String>,
    /// PEM file with the certificate that is shown to a registry that asks for one
    #[arg(
        long,
        value_name = "FILE",
        requires = "registry_client_key",
        env = "BELLPULL_REGISTRY_CLIENT_CERT"
    )]
    pub registry_client_cert: Option<PathBuf>,
    /// PEM file with the key of that certificate, not encrypted
    #[arg(
        long,
        value_name = "FILE",
        requires = "registry_client_cert",
        env = "BELLPULL_REGISTRY_CLIENT_KEY"
    )]
    pub registry_client_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PushArgs {
    /// File of the component
    pub component: PathBuf,
    /// Artefact that it becomes, as oci://HOST/REPOSITORY:TAG
    pub artefact: ArtefactReference,
    /// Who made it
    #[arg(long)]
    pub author: Option<String>,
    /// URL of its source code
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,
    /// Licences of it, as an SPDX expression
    #[arg(long, value_name = "EXPRESSION")]
    pub licenses: Option<String>,
    /// What it is, in a sentence
    #[arg(long)]
    pub description: Option<String>,
    /// Directory of cases that are attached to it, for `bellpull check oci://…`
    #[arg(long, value_name = "CASES_DIR")]
    pub cases: Option<PathBuf>,
    /// When it was made, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", env = "SOURCE_DATE_EPOCH")]
    pub created: Option<i64>,
    #[command(flatten)]
    pub cache: CacheArgs,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}

#[derive(Debug, Args)]
pub struct PullArgs {
    /// Artefact, as oci://HOST/REPOSITORY:TAG or oci://HOST/REPOSITORY@sha256:…
    pub artefact: ArtefactReference,
    /// File that the component is written to [default: the last part of REPOSITORY, with .wasm]
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub component: Option<PathBuf>,
    #[command(flatten)]
    pub registry: RegistryArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
}
