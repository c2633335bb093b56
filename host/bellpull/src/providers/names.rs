//! Which component of a plugin directory serves which name, now and before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bellpull_sandbox::LoadedComponent;

use super::claims::{Claimant, Lost, Rules, settle};
use super::plugins::{Plugins, Source};
use super::policy::{Claimed, Idle};

/// Names with who has them, and what is told of the others.
#[derive(Default)]
pub(super) struct Names {
    /// The files that serve a name, or did in a process before this one.
    holders: BTreeMap<String, Source>,
    /// Names that two files have served before: who of them is to have it nobody can tell.
    torn: BTreeSet<String>,
    served: BTreeMap<String, (Source, Arc<LoadedComponent>)>,
    lost: BTreeMap<Source, Vec<Lost>>,
    idle: Vec<Idle>,
    /// What has been logged of this.
    said: BTreeSet<String>,
}

impl Names {
    /// These names were a file's before this process began.
    pub(super) fn recall(&mut self, source: Source, names: BTreeSet<String>) {
        for name in names {
            let before = self.holders.insert(name.clone(), source.clone());
            if before.is_some_and(|before| before != source) {
                self.torn.insert(name);
            }
        }
        for name in &self.torn {
            self.holders.remove(name);
        }
    }

    /// The names of a file.
    pub(super) fn of(&self, source: &Source) -> BTreeSet<String> {
        let holders = self.holders.iter();
        let own = holders.filter(|(_, holder)| *holder == source);
        own.map(|(name, _)| name.clone()).collect()
    }

    /// Every name that is served, sorted.
    pub(super) fn served(&self) -> impl Iterator<Item = (&str, &Arc<LoadedComponent>)> {
        let served = self.served.iter();
        served.map(|(name, (_, loaded))| (name.as_str(), loaded))
    }

    /// The names that a component serves.
    pub(super) fn served_by(&self, source: &Source) -> Vec<String> {
        let served = self.served.iter().filter(|(_, (by, _))| by == source);
        served.map(|(name, _)| name.clone()).collect()
    }

    /// What is told of the names that a component claims and does not serve.
    pub(super) fn lost_by(&self, source: &Source) -> &[Lost] {
        self.lost.get(source).map_or(&[], Vec::as_slice)
    }

    /// The flags that are for nobody.
    pub(super) fn idle(&self) -> &[Idle] {
        &self.idle
    }
}

impl Plugins {
    /// Gives every name to who is to have it, with what is granted to it; says whether what serves
    /// has changed. While files are still to be looked at (`open`) nobody is given a name that it did
    /// not have.
    pub(super) fn give(&mut self, open: bool) -> bool {
        for slot in self.slots.values_mut() {
            slot.refused = None;
        }
        let (served, lost) = loop {
            let (served, lost) = self.settled(open);
            if self.grant(&served) {
                break (served, lost);
            }
        };
        if !open {
            self.names.holders = served
                .iter()
                .filter(|(_, source)| matches!(source, Source::File(_)))
                .map(|(name, source)| (name.clone(), source.clone()))
                .collect();
            self.names.torn.clear();
        }
        let slots = &self.slots;
        let served: BTreeMap<_, _> = served
            .into_iter()
            .filter_map(|(name, source)| {
                let slot = slots.get(&source)?;
                let serving = slot.serving.as_ref().map(|(_, loaded)| loaded);
                let loaded = Arc::clone(serving.or(slot.loaded.as_ref())?);
                Some((name, (source, loaded)))
            })
            .collect();
        let same = |(name, (_, loaded)): (&String, &(Source, Arc<LoadedComponent>))| {
            let before = self.names.served.get(name);
            before.is_some_and(|(_, before)| Arc::ptr_eq(before, loaded))
        };
        let changed = served.len() != self.names.served.len() || !served.iter().all(same);
        self.names.served = served;
        self.names.lost = lost;
        if !open {
            self.names.idle = self.policy.idle(&self.claimed());
        }
        changed
    }

    /// Says at which names files are at odds, and which flags are for nobody, where that is news.
    pub(super) fn say(&mut self) {
        let mut said = BTreeSet::new();
        for (source, lost) in &self.names.lost {
            for lost in lost.iter().filter(|_| matches!(source, Source::File(_))) {
                let reason = lost.reason();
                let first = !self.names.said.contains(reason);
                let file = source;
                match lost {
                    Lost::Disputed { .. } if first => {
                        tracing::error!(%file, reason, "a plugin does not serve a name that it claims");
                    }
                    _ if first => {
                        tracing::warn!(%file, reason, "a plugin does not serve a name that it claims");
                    }
                    _ => {}
                }
                said.insert(reason.to_owned());
            }
        }
        for Idle { flag, reason } in &self.names.idle {
            let whole = format!("{flag}: {reason}");
            if !self.names.said.contains(&whole) {
                tracing::warn!(flag, reason, "a flag is for nobody");
            }
            said.insert(whole);
        }
        self.names.said = said;
    }

    /// Who would serve which name, and what the others are told.
    fn settled(&self, open: bool) -> (BTreeMap<String, Source>, BTreeMap<Source, Vec<Lost>>) {
        let able: Vec<(&Source, &Arc<LoadedComponent>, String)> = self
            .slots
            .iter()
            .filter(|(_, slot)| slot.refused.is_none())
            .filter_map(|(source, slot)| Some((source, slot.loaded.as_ref()?, source.to_string())))
            .collect();
        let claimants: Vec<Claimant<'_>> = able
            .iter()
            .map(|(source, loaded, label)| Claimant {
                names: &loaded.description().providers,
                bundled: matches!(source, Source::Bundled(_)),
                digest: loaded.digest(),
                label,
            })
            .collect();
        let holders: BTreeMap<&str, usize> = self
            .names
            .holders
            .iter()
            .filter_map(|(name, holder)| {
                let place = able.iter().position(|(source, ..)| *source == holder)?;
                Some((name.as_str(), place))
            })
            .collect();
        let rules = Rules {
            policy: &self.policy,
            holders: &holders,
            open,
        };
        let settled = settle(&claimants, &rules);
        let source = |place: usize| able.get(place).map(|(source, ..)| (*source).clone());
        let served = settled
            .winners
            .into_iter()
            .filter_map(|(name, place)| Some((name.to_owned(), source(place)?)))
            .collect();
        let lost = settled
            .lost
            .into_iter()
            .enumerate()
            .filter_map(|(place, lost)| Some((source(place)?, lost)))
            .collect();
        (served, lost)
    }

    /// Gives each file that serves what is granted to it; false when one imports what it is not
    /// granted under the names that it would serve, so that these are to be given anew.
    fn grant(&mut self, served: &BTreeMap<String, Source>) -> bool {
        let mut all = true;
        for (source, slot) in &mut self.slots {
            let (Source::File(_), Some(loaded)) = (source, &slot.loaded) else {
                continue;
            };
            let serves = |name: &str| served.get(name) == Some(source);
            if !loaded
                .description()
                .providers
                .iter()
                .any(|name| serves(name))
            {
                slot.serving = None;
                continue;
            }
            let grants = self.policy.grants(loaded.digest(), serves);
            if slot.serving.as_ref().is_some_and(|(now, _)| *now == grants) {
                continue;
            }
            let claimed = self.policy.grants(loaded.digest(), |name| {
                loaded.description().providers.iter().any(|own| own == name)
            });
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

    fn claimed(&self) -> Vec<Claimed<'_>> {
        let loaded = self
            .slots
            .iter()
            .filter_map(|(source, slot)| Some((source, slot.loaded.as_deref()?)));
        loaded
            .flat_map(|(source, component)| {
                let names = component.description().providers.iter();
                names.map(move |name| Claimed {
                    name,
                    component,
                    bundled: matches!(source, Source::Bundled(_)),
                    serves: self
                        .names
                        .served
                        .get(name)
                        .is_some_and(|(by, _)| by == source),
                })
            })
            .collect()
    }
}
