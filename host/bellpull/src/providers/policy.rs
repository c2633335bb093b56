//! The flags `--plugin-override` and `--grant`: which plugin may serve a name, and what it is granted.

use std::collections::BTreeMap;

use bellpull_engine::Digest;
use bellpull_sandbox::{Granted, Grants, LoadedComponent};

use crate::settings::{Capability, Grant, PluginArgs, ProviderClaim};

#[derive(Clone, Debug, Default)]
pub(super) struct PluginPolicy {
    grants: Vec<Grant>,
    overrides: Vec<ProviderClaim>,
}

/// A provider name that a component claims.
pub(super) struct ClaimedName<'a> {
    pub(super) name: &'a str,
    pub(super) component: &'a LoadedComponent,
    pub(super) bundled: bool,
    /// Whether the component serves the name.
    pub(super) serves: bool,
}

/// A value of a flag that applies to no component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnusedFlag {
    /// As it would be written alone.
    pub(super) flag: String,
    pub(super) reason: String,
}

impl PluginPolicy {
    pub(super) fn new(arguments: &PluginArgs) -> Self {
        let lists = arguments.grant.iter();
        Self {
            grants: lists.flat_map(|list| list.0.iter().cloned()).collect(),
            overrides: arguments.plugin_override.clone(),
        }
    }

    /// The grants of a component while it serves the names that `serves` accepts, by name.
    pub(super) fn grants(&self, digest: Digest, serves: impl Fn(&str) -> bool) -> Grants {
        let mut listed: BTreeMap<String, Granted> = BTreeMap::new();
        let to_it = |grant: &&Grant| grant.to.is_for(digest) && serves(&grant.to.provider);
        for Grant { to, capability } in self.grants.iter().filter(to_it) {
            let granted = listed.entry(to.provider.clone()).or_default();
            match capability {
                Capability::Jwt => granted.jwt = true,
                Capability::Fetch(host) => drop(granted.hosts.insert(host.clone())),
                Capability::Read(key) => drop(granted.keys.insert(key.clone())),
            }
        }
        Grants::Listed(listed)
    }

    /// Whether a plugin may serve this name instead of the bundled component.
    pub(super) fn overrides(&self, name: &str) -> bool {
        self.overrides.iter().any(|claim| claim.provider == name)
    }

    /// Whether only plugins of certain digests may serve this name.
    pub(super) fn is_pinned(&self, name: &str) -> bool {
        self.pins(name).next().is_some()
    }

    /// Whether a plugin of this digest may serve the name.
    pub(super) fn allows(&self, name: &str, digest: Digest) -> bool {
        !self.is_pinned(name) || self.pins(name).any(|claim| claim.is_for(digest))
    }

    fn pins(&self, name: &str) -> impl Iterator<Item = &ProviderClaim> {
        let claims = self.overrides.iter().filter(|claim| claim.digest.is_some());
        claims.filter(move |claim| claim.provider == name)
    }

    /// The flags that apply to none of these components.
    pub(super) fn unused_flags(&self, claims: &[ClaimedName<'_>]) -> Vec<UnusedFlag> {
        let grants = self.grants.iter().filter_map(|grant| {
            Some(UnusedFlag {
                flag: format!("--grant {grant}"),
                reason: why_unused(grant, claims)?,
            })
        });
        let overrides = self.overrides.iter().filter_map(|claim| {
            let mut files = claims.iter().filter(|one| !one.bundled);
            let met =
                files.any(|one| one.name == claim.provider && claim.is_for(one.component.digest()));
            (!met).then(|| UnusedFlag {
                flag: format!("--plugin-override {claim}"),
                reason: match claim.digest {
                    None => format!("no plugin claims {}", claim.provider),
                    Some(_) => format!("no plugin of this digest claims {}", claim.provider),
                },
            })
        });
        let mut unused: Vec<UnusedFlag> = grants.chain(overrides).collect();
        unused.dedup();
        unused
    }
}

/// Why no component has this grant.
fn why_unused(grant: &Grant, claims: &[ClaimedName<'_>]) -> Option<String> {
    let name = &grant.to.provider;
    let mut serving = claims.iter().filter(|one| one.serves);
    let Some(one) = serving.find(|one| one.name == name) else {
        return Some(format!("nothing serves {name}"));
    };
    let component = one.component;
    let asks = |asked: &[String], what: &String| asked.contains(what);
    if one.bundled {
        return Some(format!(
            "{name} is served by the bundled component, which has all that it asks for"
        ));
    }
    if !grant.to.is_for(component.digest()) {
        return Some(format!("{name} is served by {}", component.digest()));
    }
    let asked = match &grant.capability {
        Capability::Jwt => component.verifies_tokens(),
        Capability::Fetch(host) => asks(&component.description().fetch_hosts, host),
        Capability::Read(key) => asks(&component.description().setting_keys, key),
    };
    (!asked).then(|| format!("the component that serves {name} does not ask for it"))
}
