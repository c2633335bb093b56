use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::grants::{GrantList, ProviderClaim, claim, grants};
use super::values::{bytes, timeout};

/// Plugins beside the bundled components.
#[derive(Clone, Debug, Default, Args)]
pub struct PluginArgs {
    /// Directory whose components (`*.wasm`) are loaded; repeatable
    ///
    /// A server loads new and changed files while it runs.
    #[arg(
        long,
        value_name = "DIR",
        env = "BELLPULL_PLUGINS",
        value_delimiter = ','
    )]
    pub plugins: Vec<PathBuf>,
    /// Provider name that a plugin may serve in place of the bundled component; repeatable
    ///
    /// With a digest (`NAME@sha256:…`), only the plugin with this digest may serve the name.
    #[arg(
        long,
        value_name = "NAME[@DIGEST]",
        env = "BELLPULL_PLUGIN_OVERRIDE",
        value_delimiter = ',',
        value_parser = claim
    )]
    pub plugin_override: Vec<ProviderClaim>,
    /// Capability of the plugin that serves NAME; repeatable, several after a comma
    ///
    /// `NAME=jwt`: the host verifies tokens of issuers for it. `NAME=fetch:HOST`: it may fetch from a
    /// host that it asks for. `NAME=read:KEY`: it may read this non-secret key of its Receivers'
    /// Secrets. `NAME@sha256:…=jwt`: the capability is for the plugin with this digest alone.
    #[arg(long, value_name = "NAME[@DIGEST]=GRANT", env = "BELLPULL_GRANT", value_parser = grants)]
    pub grant: Vec<GrantList>,
    /// File with what every component that is not bundled must be: its registries, its signatures, its
    /// digest, and the most that it may be granted
    ///
    /// A ReceiverPlugin can tighten it, and never loosen it.
    #[arg(long, value_name = "FILE", env = "BELLPULL_PLUGIN_POLICY")]
    pub plugin_policy: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AbsentPlugins {
    /// /readyz names the provider and stays 200
    Warn,
    /// /readyz is 503
    Fail,
}

/// How components are compiled, and where Bellpull keeps its files.
#[derive(Clone, Debug, Default, Args)]
pub struct CacheArgs {
    /// Directory for compiled components and the state that a restart needs [default: bellpull in the
    /// user's cache directory]
    ///
    /// The state: the last good version of each plugin, and how each Receiver authenticated last.
    #[arg(long, value_name = "DIR", env = "BELLPULL_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Most processor time for compiling one component; by the clock, twice as much [default: 30s, 120s
    /// for a component that contains the runtime of a language]
    #[arg(long, value_name = "DURATION", value_parser = timeout, env = "BELLPULL_COMPILE_TIMEOUT")]
    pub compile_timeout: Option<Duration>,
    /// Most memory for compiling one component [default: 2GiB, less where memory is limited]
    #[arg(long, value_name = "BYTES", value_parser = bytes, env = "BELLPULL_COMPILE_MEMORY")]
    pub compile_memory: Option<usize>,
}
