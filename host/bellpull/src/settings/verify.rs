use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use bellpull_sandbox::SandboxSettings;
use clap::Args;

use super::values::{bytes, count, shown_duration, timeout};

/// Limits of a verification.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// Verifications at once
    #[arg(long, value_name = "N", default_value_t = limits::MAX_VERIFICATIONS, value_parser = count, env = "BELLPULL_MAX_VERIFICATIONS")]
    pub max_verifications: usize,
    /// Memory of all components that run at once; 16MiB are counted for each, 64MiB for JavaScript and
    /// Python [default: 2GiB, less where memory is limited]
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_MAX_GUEST_MEMORY")]
    pub max_guest_memory: Option<usize>,
    /// Longest verification, the component's work and the host's for it
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::VERIFY_TIMEOUT), value_parser = timeout, env = "BELLPULL_VERIFY_TIMEOUT")]
    pub verify_timeout: Duration,
}

impl VerifyArgs {
    /// As the sandbox takes them.
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

/// The way out to the network.
#[derive(Clone, Debug, Default, Args)]
pub struct EgressArgs {
    /// File of certificates in PEM to trust beside the system's, for issuers and for what components
    /// fetch; repeatable
    #[arg(
        long,
        value_name = "FILE",
        env = "BELLPULL_TRUST_CA",
        value_delimiter = ','
    )]
    pub trust_ca: Vec<PathBuf>,
    /// Refuse issuers of tokens at private addresses; link-local ones are always refused
    #[arg(long, env = "BELLPULL_JWT_PUBLIC_ONLY")]
    pub jwt_public_only: bool,
    /// Host of an issuer that may be at a private address; repeatable. Without it any may
    #[arg(
        long,
        value_name = "HOST",
        env = "BELLPULL_ALLOW_PRIVATE_ISSUER",
        value_delimiter = ',',
        conflicts_with = "jwt_public_only"
    )]
    pub allow_private_issuer: Vec<String>,
    /// Host that components may fetch from at a private address; repeatable
    #[arg(
        long,
        value_name = "HOST",
        env = "BELLPULL_ALLOW_PRIVATE_FETCH",
        value_delimiter = ','
    )]
    pub allow_private_fetch: Vec<String>,
    /// Proxy for issuers and for what components fetch, as http://HOST:PORT
    #[arg(
        long,
        value_name = "URL",
        env = "BELLPULL_EGRESS_PROXY",
        hide_env_values = true
    )]
    pub egress_proxy: Option<String>,
    /// Hosts that are reached without the proxy, as NO_PROXY has them: names with all below them,
    /// addresses, networks
    #[arg(
        long,
        value_name = "HOSTS",
        requires = "egress_proxy",
        env = "BELLPULL_EGRESS_NO_PROXY"
    )]
    pub egress_no_proxy: Option<String>,
}
