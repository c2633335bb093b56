//! The components of ReceiverPlugins among all others.

use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_trust::status::DeclaredStates;

use super::assign::UnservedName;
use super::plugins::Plugins;
use super::slot::{PluginSlot, PluginSource};
use crate::declared::{ComponentUsers, PluginNews, state_of};
use crate::plan_types::SandboxRoutes;

impl Plugins {
    /// Takes what has become of a ReceiverPlugin. Returns whether others may use it now. Names are assigned
    /// afterwards.
    pub(crate) fn declare(&mut self, news: PluginNews) -> bool {
        let source = PluginSource::Declared(news.name);
        let Some(kept) = news.kept else {
            self.slots.remove(&source);
            return false;
        };
        let slot = self.slots.entry(source.clone()).or_default();
        if slot.declared.is_none() {
            self.names.recall(source, kept.held.clone());
        }
        let before = slot
            .declared_component()
            .and_then(|one| one.namespaces.clone());
        let component = kept.component.as_ref();
        let namespaces = component.and_then(|one| one.namespaces.clone());
        slot.loaded = component.map(|component| Arc::clone(&component.loaded));
        slot.problem = kept.problem.as_ref().map(|problem| problem.message.clone());
        slot.declared = Some(kept);
        before != namespaces
    }

    /// Assigns the names that were served before, while not everything has been read. Returns whether what serves
    /// has changed.
    pub(crate) fn reassign(&mut self) -> bool {
        self.assign(true)
    }

    /// What is known of each ReceiverPlugin.
    pub(crate) fn declared_states(&self, routes: &SandboxRoutes) -> DeclaredStates {
        let declared = self
            .slots
            .values()
            .filter_map(PluginSlot::declared_component);
        let users = ComponentUsers::new(declared.map(|one| one.loaded.digest()), routes);
        let states = self.slots.iter().filter_map(|(source, slot)| {
            let PluginSource::Declared(name) = source else {
                return None;
            };
            let kept = slot.declared.as_ref()?;
            let unserved = self.names.unserved_by(source).iter();
            let decided = unserved.filter(|name| !matches!(name, UnservedName::Undecided(_)));
            let unserved: Vec<String> = decided.map(|name| name.reason().to_owned()).collect();
            let serves = self.names.served_by(source);
            Some((name.clone(), state_of(kept, serves, &unserved, &users)))
        });
        states.collect()
    }

    /// The ReceiverPlugins whose first attempt has ended.
    pub(crate) fn settled(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().filter_map(|(source, slot)| match source {
            PluginSource::Declared(name) if slot.declared.as_ref()?.settled => Some(name.as_str()),
            _ => None,
        })
    }

    /// The names that each ReceiverPlugin holds, for the next process.
    pub(crate) fn declared_names(&self) -> impl Iterator<Item = (&str, BTreeSet<String>)> {
        self.slots.keys().filter_map(|source| match source {
            PluginSource::Declared(name) => Some((name.as_str(), self.names.held_by(source))),
            _ => None,
        })
    }
}
