use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use clap::{Args, ValueEnum};

use super::grants::{GrantList, ProviderClaim, claim, grants};
use super::values::{bytes, shown_duration, timeout};

/// Providers beside the bundled ones.
#[derive(Clone, Debug, Default, Args)]
pub struct PluginArgs {
    /// Directory of components (`*.wasm`) to load, watched while serving; repeatable
    #[arg(
        long,
        value_name = "DIR",
        env = "BELLPULL_PLUGINS",
        value_delimiter = ','
    )]
    pub plugins: Vec<PathBuf>,
    /// Provider name that a plugin may serve in place of the bundled component; with a digest
    /// (`NAME@sha256:…`) that plugin serves the name, whoever else claims it; repeatable
    #[arg(
        long,
        value_name = "NAME[@DIGEST]",
        env = "BELLPULL_PLUGIN_OVERRIDE",
        value_delimiter = ',',
        value_parser = claim
    )]
    pub plugin_override: Vec<ProviderClaim>,
    /// What the plugin that serves a name may do beyond the least: `NAME=jwt` has tokens of issuers
    /// verified for it, `NAME=fetch:HOST` has it fetch from a host that it asks for, `NAME=read:KEY`
    /// lets it read that non-secret key of its Receivers' Secrets; for one version alone as
    /// `NAME@sha256:…=jwt`; several after a comma; repeatable
    #[arg(long, value_name = "NAME[@DIGEST]=GRANT", env = "BELLPULL_GRANT", value_parser = grants)]
    pub grant: Vec<GrantList>,
}

/// What becomes of readiness while a provider that is named is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AbsentPlugins {
    /// `/readyz` names it.
    Warn,
    /// `/readyz` fails.
    Fail,
}

/// How components are compiled.
#[derive(Clone, Debug, Args)]
pub struct CacheArgs {
    /// Where compiled components are kept [default: bellpull in the user's cache directory]
    #[arg(long, value_name = "DIR", env = "BELLPULL_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Processor time that compiling one component may take, in a child process; by the clock twice
    /// as much
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::COMPILE_TIMEOUT), value_parser = timeout, env = "BELLPULL_COMPILE_TIMEOUT")]
    pub compile_timeout: Duration,
    /// Memory that compiling one component may take [default: 2GiB, less where memory is limited]
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_COMPILE_MEMORY")]
    pub compile_memory: Option<usize>,
}

impl Default for CacheArgs {
    fn default() -> Self {
        Self {
            cache_dir: None,
            compile_timeout: limits::COMPILE_TIMEOUT,
            compile_memory: None,
        }
    }
}
