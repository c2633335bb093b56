use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use bellpull_sandbox::Grants;
use clap::Args;

use super::values::timeout;

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
    /// Provider name that a plugin may serve in place of the bundled component; repeatable
    #[arg(
        long,
        value_name = "NAME",
        env = "BELLPULL_PLUGIN_OVERRIDE",
        value_delimiter = ','
    )]
    pub plugin_override: Vec<String>,
    /// What a plugin may do beyond the least: `NAME=read:KEY` lets it read that non-secret key of
    /// its Receivers' Secrets; repeatable
    #[arg(long, value_name = "GRANT", env = "BELLPULL_GRANT", value_parser = grant, value_delimiter = ',')]
    pub grant: Vec<Grant>,
}

impl PluginArgs {
    /// All grants together.
    #[must_use]
    pub fn grants(&self) -> Grants {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Grant { provider, key } in &self.grant {
            keys.entry(provider.clone())
                .or_default()
                .insert(key.clone());
        }
        Grants::Listed(keys)
    }
}

/// One capability for one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    provider: String,
    key: String,
}

fn grant(text: &str) -> Result<Grant, String> {
    let expected = "expected NAME=read:KEY, for example acme=read:email";
    let (provider, capability) = text.split_once('=').ok_or(expected)?;
    match capability.split_once(':') {
        Some(("read", key)) if !provider.is_empty() && !key.is_empty() => Ok(Grant {
            provider: provider.to_owned(),
            key: key.to_owned(),
        }),
        _ => Err(expected.to_owned()),
    }
}

/// How components are compiled.
#[derive(Clone, Debug, Args)]
pub struct CacheArgs {
    /// Where compiled components are kept [default: bellpull in the user's cache directory]
    #[arg(long, value_name = "DIR", env = "BELLPULL_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Processor time that compiling one component may take, in a child process; by the clock twice
    /// as much
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = timeout, env = "BELLPULL_COMPILE_TIMEOUT")]
    pub compile_timeout: Duration,
}

impl Default for CacheArgs {
    fn default() -> Self {
        Self {
            cache_dir: None,
            compile_timeout: limits::COMPILE_TIMEOUT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_a_provider_and_a_key() {
        let granted = grant("acme=read:email").unwrap();
        assert_eq!(
            (granted.provider.as_str(), granted.key.as_str()),
            ("acme", "email")
        );
        for text in [
            "",
            "acme",
            "acme=",
            "acme=read",
            "acme=read:",
            "=read:email",
            "acme=jwt",
        ] {
            let error = grant(text).unwrap_err();
            assert!(error.contains("NAME=read:KEY"), "{text}: {error}");
        }
    }
}
