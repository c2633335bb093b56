use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use bellpull_sandbox::SandboxSettings;
use clap::Args;

use super::values::{bytes, count, shown_duration, timeout};

#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// Most verifications at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_VERIFICATIONS, value_parser = count, env = "BELLPULL_MAX_VERIFICATIONS")]
    pub max_verifications: usize,
    /// Most memory for all running components [default: 2GiB, less where memory is limited]
    ///
    /// A component counts as 16MiB, or as 64MiB if it is made from JavaScript or Python.
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_MAX_GUEST_MEMORY")]
    pub max_guest_memory: Option<usize>,
    /// Longest verification: the work of the component, and of the host for it
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::VERIFY_TIMEOUT), value_parser = timeout, env = "BELLPULL_VERIFY_TIMEOUT")]
    pub verify_timeout: Duration,
}

impl VerifyArgs {
    #[must_use]
    pub fn settings(&self) -> SandboxSettings {
        SandboxSettings {
            max_verifications: self.max_verifications,
            max_guest_memory: self.max_guest_memory.unwrap_or(limits::MAX_GUEST_MEMORY),
            verify_timeout: self.verify_timeout,
        }
    }
}

impl Default for VerifyArgs {
    fn default() -> Self {
        let SandboxSettings {
            max_verifications,
            verify_timeout,
            ..
        } = SandboxSettings::default();
        Self {
            max_verifications,
            max_guest_memory: None,
            verify_timeout,
        }
    }
}

/// Outbound connections of any kind.
#[derive(Clone, Debug, Default, Args)]
pub struct NetworkArgs {
    /// PEM file of certificates to trust beside those of the system; repeatable
    ///
    /// For connections to issuers of tokens and to registries, and for what components fetch.
    #[arg(
        long,
        value_name = "FILE",
        env = "BELLPULL_TRUST_CA",
        value_delimiter = ','
    )]
    pub trust_ca: Vec<PathBuf>,
    /// Proxy for connections to issuers and registries and for what components fetch, as http://HOST:PORT
    ///
    /// The proxy of the environment (HTTPS_PROXY) is not used.
    #[arg(
        long,
        value_name = "URL",
        env = "BELLPULL_EGRESS_PROXY",
        hide_env_values = true
    )]
    pub egress_proxy: Option<String>,
    /// Hosts that are reached without the proxy, in the format of NO_PROXY
    ///
    /// A comma-separated list of names (each with its subdomains), addresses and networks.
    #[arg(
        long,
        value_name = "HOSTS",
        requires = "egress_proxy",
        env = "BELLPULL_EGRESS_NO_PROXY"
    )]
    pub egress_no_proxy: Option<String>,
}

/// The way to the network.
#[derive(Clone, Debug, Default, Args)]
pub struct EgressArgs {
    /// Refuse issuers of tokens at private addresses
    ///
    /// Link-local addresses are always refused.
    #[arg(long, env = "BELLPULL_JWT_PUBLIC_ONLY")]
    pub jwt_public_only: bool,
    /// Host of an issuer that may have a private address; repeatable [default: any host]
    #[arg(
        long,
        value_name = "HOST",
        env = "BELLPULL_ALLOW_PRIVATE_ISSUER",
        value_delimiter = ',',
        conflicts_with = "jwt_public_only"
    )]
    pub allow_private_issuer: Vec<String>,
    /// Host with a private address that components may fetch from; repeatable
    #[arg(
        long,
        value_name = "HOST",
        env = "BELLPULL_ALLOW_PRIVATE_FETCH",
        value_delimiter = ','
    )]
    pub allow_private_fetch: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArgs,
}
