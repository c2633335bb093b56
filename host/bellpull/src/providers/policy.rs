//! What the flags say of plugins: which may have a name, and what is granted to who serves it.

use std::collections::BTreeMap;

use bellpull_engine::Digest;
use bellpull_sandbox::{Granted, Grants, LoadedComponent};

use crate::settings::{Capability, Claim, Grant, PluginArgs};

/// The flags, as they bear on components.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    grants: Vec<Grant>,
    overrides: Vec<Claim>,
}

/// A component with a name that it claims.
pub(super) struct Claimed<'a> {
    pub(super) name: &'a str,
    pub(super) component: &'a LoadedComponent,
    pub(super) bundled: bool,
    /// Whether it serves the name.
    pub(super) serves: bool,
}

/// A flag that is for nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Idle {
    /// As it would be written by itself.
    pub(super) flag: String,
    pub(super) reason: String,
}

impl Policy {
    pub(crate) fn new(arguments: &PluginArgs) -> Self {
        let lists = arguments.grant.iter();
        Self {
            grants: lists.flat_map(|list| list.0.iter().cloned()).collect(),
            overrides: arguments.plugin_override.clone(),
        }
    }

    /// What a component is granted while it serves these of its names: all that is granted to one of
    /// them, under each.
    pub(crate) fn grants(&self, digest: Digest, serves: impl Fn(&str) -> bool) -> Grants {
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

    /// Whether a bundled name may be a file's.
    pub(super) fn overrides(&self, name: &str) -> bool {
        self.overrides.iter().any(|claim| claim.provider == name)
    }

    /// Whether a name is kept for files of some digest.
    pub(super) fn chooses(&self, name: &str) -> bool {
        self.choices(name).next().is_some()
    }

    /// Whether a name is not kept for files of another digest.
    pub(super) fn lets(&self, name: &str, digest: Digest) -> bool {
        !self.chooses(name) || self.choices(name).any(|claim| claim.is_for(digest))
    }

    fn choices(&self, name: &str) -> impl Iterator<Item = &Claim> {
        let claims = self.overrides.iter().filter(|claim| claim.digest.is_some());
        claims.filter(move |claim| claim.provider == name)
    }

    /// The flags that are for nobody, where these are all components that there are.
    pub(super) fn idle(&self, claims: &[Claimed<'_>]) -> Vec<Idle> {
        let grants = self.grants.iter().filter_map(|grant| {
            Some(Idle {
                flag: format!("--grant {grant}"),
                reason: unused(grant, claims)?,
            })
        });
        let overrides = self.overrides.iter().filter_map(|claim| {
            let mut files = claims.iter().filter(|one| !one.bundled);
            let met =
                files.any(|one| one.name == claim.provider && claim.is_for(one.component.digest()));
            (!met).then(|| Idle {
                flag: format!("--plugin-override {claim}"),
                reason: match claim.digest {
                    None => format!("no plugin claims {}", claim.provider),
                    Some(_) => format!("no plugin of this digest claims {}", claim.provider),
                },
            })
        });
        let mut idle: Vec<Idle> = grants.chain(overrides).collect();
        idle.dedup();
        idle
    }
}

/// Why nobody has what is granted.
fn unused(grant: &Grant, claims: &[Claimed<'_>]) -> Option<String> {
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
    (!asked).then(|| format!("what serves {name} does not ask for it"))
}
