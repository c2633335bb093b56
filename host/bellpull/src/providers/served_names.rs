//! Which component serves which provider name, now and before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellpull_sandbox::LoadedComponent;

use super::assign::{AssignmentRules, Claimant, UnservedName, assign};
use super::policy::{ClaimedName, PluginPolicy, UnusedFlag};
use super::slot::{PluginSlot, PluginSource};

/// The components, by where they came from.
pub(super) type PluginSlots = BTreeMap<PluginSource, PluginSlot>;

#[derive(Default)]
pub(super) struct ServedNames {
    /// The files that serve a name, or did in a process before this one.
    holders: BTreeMap<String, PluginSource>,
    /// Names that two files have served before. Nobody can tell which of them should have it.
    ambiguous: BTreeSet<String>,
    served: BTreeMap<String, (PluginSource, Arc<LoadedComponent>)>,
    unserved: BTreeMap<PluginSource, Vec<UnservedName>>,
    unused_flags: Vec<UnusedFlag>,
    /// What has been logged of these.
    logged_names: BTreeSet<UnservedName>,
    logged_flags: BTreeSet<UnusedFlag>,
}

/// What would serve which name, and which names a component would not serve.
struct ProposedNames {
    served: BTreeMap<String, PluginSource>,
    unserved: BTreeMap<PluginSource, Vec<UnservedName>>,
}

impl ServedNames {
    /// Takes names that a file served before this process began.
    pub(super) fn recall(&mut self, source: PluginSource, names: BTreeSet<String>) {
        for name in names {
            let before = self.holders.insert(name.clone(), source.clone());
            if before.is_some_and(|before| before != source) {
                self.ambiguous.insert(name);
            }
        }
        for name in &self.ambiguous {
            self.holders.remove(name);
        }
    }

    /// The names that a file serves, or served before this process began.
    pub(super) fn held_by(&self, source: &PluginSource) -> BTreeSet<String> {
        let holders = self.holders.iter();
        let own = holders.filter(|(_, holder)| *holder == source);
        own.map(|(name, _)| name.clone()).collect()
    }

    /// Every name that is served, sorted.
    pub(super) fn served(&self) -> impl Iterator<Item = (&str, &Arc<LoadedComponent>)> {
        let served = self.served.iter();
        served.map(|(name, (_, loaded))| (name.as_str(), loaded))
    }

    pub(super) fn served_by(&self, source: &PluginSource) -> Vec<String> {
        let served = self.served.iter().filter(|(_, (by, _))| by == source);
        served.map(|(name, _)| name.clone()).collect()
    }

    /// The names that a component claims and does not serve.
    pub(super) fn unserved_by(&self, source: &PluginSource) -> &[UnservedName] {
        self.unserved.get(source).map_or(&[], Vec::as_slice)
    }

    pub(super) fn unused_flags(&self) -> &[UnusedFlag] {
        &self.unused_flags
    }

    /// Assigns every name, and gives each component the grants of the names that it serves. Returns
    /// whether what serves has changed. While the files are `incomplete`, no plugin gets a name that
    /// it did not have.
    pub(super) fn assign(
        &mut self,
        slots: &mut PluginSlots,
        policy: &PluginPolicy,
        incomplete: bool,
    ) -> bool {
        for slot in slots.values_mut() {
            slot.refused = None;
        }
        let proposed = loop {
            let proposed = self.propose(slots, policy, incomplete);
            if grant(slots, policy, &proposed.served) {
                break proposed;
            }
        };
        if !incomplete {
            self.holders = proposed
                .served
                .iter()
                .filter(|(_, source)| !matches!(source, PluginSource::Bundled(_)))
                .map(|(name, source)| (name.clone(), source.clone()))
                .collect();
            self.ambiguous.clear();
        }
        let changed = self.serve(slots, proposed.served);
        self.unserved = proposed.unserved;
        if !incomplete {
            self.unused_flags = policy.unused_flags(&self.claimed(slots));
        }
        changed
    }

    fn propose(
        &self,
        slots: &PluginSlots,
        policy: &PluginPolicy,
        incomplete: bool,
    ) -> ProposedNames {
        let able: Vec<(&PluginSource, &Arc<LoadedComponent>, String)> = slots
            .iter()
            .filter(|(_, slot)| slot.refused.is_none())
            .filter_map(|(source, slot)| Some((source, slot.loaded.as_ref()?, source.to_string())))
            .collect();
        let claimants: Vec<Claimant<'_>> = able
            .iter()
            .map(|(source, loaded, label)| Claimant {
                names: &loaded.description().providers,
                bundled: matches!(source, PluginSource::Bundled(_)),
                overrides: slots
                    .get(source)
                    .and_then(PluginSlot::declared_component)
                    .map(|component| &component.overrides),
                digest: loaded.digest(),
                label,
            })
            .collect();
        let holders: BTreeMap<&str, usize> = self
            .holders
            .iter()
            .filter_map(|(name, holder)| {
                let index = able.iter().position(|(source, ..)| *source == holder)?;
                Some((name.as_str(), index))
            })
            .collect();
        let rules = AssignmentRules {
            policy,
            holders: &holders,
            incomplete,
        };
        let assignment = assign(&claimants, &rules);
        let source = |index: usize| able.get(index).map(|(source, ..)| (*source).clone());
        let winners = assignment.winners.into_iter();
        let unserved = assignment.unserved.into_iter().enumerate();
        ProposedNames {
            served: winners
                .filter_map(|(name, index)| Some((name.to_owned(), source(index)?)))
                .collect(),
            unserved: unserved
                .filter_map(|(index, names)| Some((source(index)?, names)))
                .collect(),
        }
    }

    /// The namespaces of the names that are not for all of them. `of_files` are those of every file.
    pub(super) fn namespaces<'a>(
        &'a self,
        slots: &'a PluginSlots,
        of_files: Option<Arc<BTreeSet<String>>>,
    ) -> impl Iterator<Item = (String, Arc<BTreeSet<String>>)> + 'a {
        self.served.iter().filter_map(move |(name, (source, _))| {
            let namespaces = match source {
                PluginSource::Bundled(_) => None,
                PluginSource::File(_) => of_files.clone(),
                PluginSource::Declared(_) => {
                    let component = slots.get(source)?.declared_component()?;
                    component.namespaces.clone()
                }
            };
            Some((name.clone(), namespaces?))
        })
    }

    /// Returns whether another component, or another version of one, serves some name.
    fn serve(&mut self, slots: &PluginSlots, served: BTreeMap<String, PluginSource>) -> bool {
        let served: BTreeMap<_, _> = served
            .into_iter()
            .filter_map(|(name, source)| {
                let slot = slots.get(&source)?;
                let serving = slot.serving.as_ref().map(|(_, loaded)| loaded);
                let loaded = Arc::clone(serving.or(slot.loaded.as_ref())?);
                Some((name, (source, loaded)))
            })
            .collect();
        let same = |(name, (_, loaded)): (&String, &(PluginSource, Arc<LoadedComponent>))| {
            let before = self.served.get(name);
            before.is_some_and(|(_, before)| Arc::ptr_eq(before, loaded))
        };
        let changed = served.len() != self.served.len() || !served.iter().all(same);
        self.served = served;
        changed
    }

    fn claimed<'a>(&self, slots: &'a PluginSlots) -> Vec<ClaimedName<'a>> {
        let loaded = slots
            .iter()
            .filter_map(|(source, slot)| Some((source, slot.loaded.as_deref()?)));
        loaded
            .flat_map(|(source, component)| {
                let names = component.description().providers.iter();
                names.map(move |name| ClaimedName {
                    name,
                    component,
                    bundled: matches!(source, PluginSource::Bundled(_)),
                    serves: self.served.get(name).is_some_and(|(by, _)| by == source),
                })
            })
            .collect()
    }

    /// Logs the names that files do not serve and the flags that apply to nothing, each once.
    pub(super) fn log(&mut self) {
        let files = self.unserved.iter();
        let files = files.filter(|(source, _)| !matches!(source, PluginSource::Bundled(_)));
        let mut logged = BTreeSet::new();
        for (file, unserved) in files.flat_map(|(file, names)| names.iter().map(move |n| (file, n)))
        {
            let reason = unserved.reason();
            if !self.logged_names.contains(unserved) {
                if matches!(unserved, UnservedName::Disputed { .. }) {
                    tracing::error!(%file, reason, "a plugin does not serve a name that it claims");
                } else {
                    tracing::warn!(%file, reason, "a plugin does not serve a name that it claims");
                }
            }
            logged.insert(unserved.clone());
        }
        self.logged_names = logged;
        for unused in &self.unused_flags {
            if !self.logged_flags.contains(unused) {
                let UnusedFlag { flag, reason } = unused;
                tracing::warn!(flag, reason, "a flag applies to no component");
            }
        }
        self.logged_flags = self.unused_flags.iter().cloned().collect();
    }
}

/// Gives each file that serves a name the grants of its names. Returns false when a file needs more
/// than it is granted under the names that it would serve: then names have to be assigned anew.
fn grant(
    slots: &mut PluginSlots,
    policy: &PluginPolicy,
    served: &BTreeMap<String, PluginSource>,
) -> bool {
    let mut all = true;
    for (source, slot) in slots {
        let (PluginSource::File(_), Some(loaded)) = (source, &slot.loaded) else {
            continue;
        };
        let claims = &loaded.description().providers;
        let serves = |name: &str| served.get(name) == Some(source);
        if !claims.iter().any(|name| serves(name)) {
            slot.serving = None;
            continue;
        }
        let grants = policy.grants(loaded.digest(), serves);
        if slot.serving.as_ref().is_some_and(|(now, _)| *now == grants) {
            continue;
        }
        let claimed = policy.grants(loaded.digest(), |name| claims.iter().any(|own| own == name));
        if grants == claimed {
            slot.serving = Some((grants, Arc::clone(loaded)));
            continue;
        }
        match loaded.granted(&grants) {
            Ok(granted) => slot.serving = Some((grants, Arc::new(granted))),
            Err(error) => {
                slot.serving = None;
                slot.refused = Some(error.to_string());
                all = false;
            }
        }
    }
    all
}
