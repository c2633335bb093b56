use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use bellpull_sandbox::{Granted, Grants};
use clap::Args;

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
    /// Provider name that a plugin may serve in place of the bundled component; repeatable
    #[arg(
        long,
        value_name = "NAME",
        env = "BELLPULL_PLUGIN_OVERRIDE",
        value_delimiter = ','
    )]
    pub plugin_override: Vec<String>,
    /// What a plugin may do beyond the least: `NAME=jwt` has tokens of issuers verified for it,
    /// `NAME=fetch:HOST` has it fetch from a host that it asks for, `NAME=read:KEY` lets it read that
    /// non-secret key of its Receivers' Secrets; several after a comma; repeatable
    #[arg(long, value_name = "NAME=GRANT", env = "BELLPULL_GRANT", value_parser = grants)]
    pub grant: Vec<GrantList>,
}

impl PluginArgs {
    /// All grants together.
    #[must_use]
    pub fn grants(&self) -> Grants {
        let mut listed: BTreeMap<String, Granted> = BTreeMap::new();
        for Grant {
            provider,
            capability,
        } in self.grant.iter().flat_map(|list| &list.0)
        {
            let granted = listed.entry(provider.clone()).or_default();
            match capability {
                Capability::Jwt => granted.jwt = true,
                Capability::Fetch(host) => drop(granted.hosts.insert(host.clone())),
                Capability::Read(key) => drop(granted.keys.insert(key.clone())),
            }
        }
        Grants::Listed(listed)
    }
}

/// What one flag grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantList(Vec<Grant>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    provider: String,
    capability: Capability,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Capability {
    Jwt,
    Fetch(String),
    Read(String),
}

/// `acme=jwt,fetch:example.com`: what has no name is for the one before.
fn grants(text: &str) -> Result<GrantList, String> {
    let expected = "expected NAME=jwt, NAME=fetch:HOST or NAME=read:KEY, for example \
                    acme=jwt,read:email";
    let mut list: Vec<Grant> = Vec::new();
    for part in text.split(',') {
        let (provider, capability) = match (part.split_once('='), list.last()) {
            (Some((provider, capability)), _) => (provider.to_owned(), capability),
            (None, Some(last)) => (last.provider.clone(), part),
            (None, None) => return Err(expected.to_owned()),
        };
        let capability = match capability.split_once(':') {
            None if capability == "jwt" => Capability::Jwt,
            Some(("fetch", host)) if !host.is_empty() => Capability::Fetch(host.to_owned()),
            Some(("read", key)) if !key.is_empty() => Capability::Read(key.to_owned()),
            _ => return Err(expected.to_owned()),
        };
        if provider.is_empty() {
            return Err(expected.to_owned());
        }
        list.push(Grant {
            provider,
            capability,
        });
    }
    Ok(GrantList(list))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_grant_names_a_provider_and_what_it_may() {
        let granted = |text: &str| {
            let arguments = PluginArgs {
                grant: vec![grants(text).unwrap()],
                ..PluginArgs::default()
            };
            arguments.grants()
        };
        let acme = Granted {
            keys: BTreeSet::from(["email".to_owned()]),
            jwt: true,
            hosts: BTreeSet::from(["*.example.com".to_owned()]),
        };
        let beta = Granted {
            jwt: true,
            ..Granted::default()
        };
        assert_eq!(
            granted("acme=jwt,fetch:*.example.com,read:email,beta=jwt"),
            Grants::Listed([("acme".to_owned(), acme), ("beta".to_owned(), beta)].into())
        );
        for text in [
            "",
            "acme",
            "acme=",
            "acme=read",
            "acme=read:",
            "=read:email",
            "acme=fetch:",
            "acme=jwt:x",
            "jwt,acme=jwt",
            "acme=jwt,",
        ] {
            let error = grants(text).unwrap_err();
            assert!(error.contains("NAME=read:KEY"), "{text}: {error}");
        }
    }
}
