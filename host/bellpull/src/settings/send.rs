use std::path::PathBuf;

use clap::Args;

use super::objects::{ClusterReadArgs, PodArgs};
use super::plugins::{CacheArgs, PluginArgs};
use super::serve;
use super::values;

#[derive(Debug, Args)]
pub struct SendArgs {
    /// Name of the Receiver
    pub receiver: String,
    #[command(flatten)]
    pub objects: ClusterReadArgs,
    /// URL of the server's --receiver-addr, without a path [default: with --manifests
    /// http://127.0.0.1:9292, else a pod of Bellpull through the API server]
    #[arg(long, value_name = "URL", env = "BELLPULL_TO")]
    pub to: Option<String>,
    #[command(flatten)]
    pub pods: PodArgs,
    /// PEM file of certificates to trust beside those of the system; repeatable
    #[arg(
        long,
        value_name = "FILE",
        env = "BELLPULL_TRUST_CA",
        value_delimiter = ','
    )]
    pub trust_ca: Vec<PathBuf>,
    /// Event whose sample is sent [default: one that the Receiver lists]
    #[arg(long)]
    pub event: Option<String>,
    /// Folder of the case that is sent instead of a sample
    ///
    /// Its provider is that of the Receiver. The headers that its `sign` computes are computed anew; the
    /// others are sent as the case writes them.
    #[arg(long, value_name = "DIR", conflicts_with = "event")]
    pub case: Option<PathBuf>,
    /// File whose content is sent instead of the body of the sample or case
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// File with a token that an issuer has signed; `-` reads stdin
    ///
    /// The providers gcr and generic-oidc need it, as does a case with a step `token: issued`.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Header that is set after signing, for example to try a wrong signature; repeatable
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = values::header)]
    pub headers: Vec<(String, String)>,
    #[command(flatten)]
    pub plugins: PluginArgs,
    #[command(flatten)]
    pub cache: CacheArgs,
}

impl SendArgs {
    /// The address where a server listens by default.
    #[must_use]
    pub fn on_loopback() -> String {
        values::on_loopback(serve::RECEIVER_PORT)
    }
}
