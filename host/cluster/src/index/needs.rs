//! What Receivers need, counted so that a need ends with the last Receiver.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use bellpull_core::names::is_subdomain;
use bellpull_core::{Detail, KindKey, ReceiverObject, kinds_of};

use crate::Scope;
use crate::watch::ObjectKey;

/// What the first Receiver has begun to need, and what none needs any more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) secrets: NeedChange<ObjectKey>,
    pub(crate) kinds: NeedChange<KindKey>,
    /// Kinds that must be known in more detail than names.
    pub(crate) details: NeedChange<(KindKey, Detail)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NeedChange<T> {
    pub(crate) begun: Vec<T>,
    pub(crate) ended: Vec<T>,
}

impl<T> Default for NeedChange<T> {
    fn default() -> Self {
        Self {
            begun: Vec::new(),
            ended: Vec::new(),
        }
    }
}

/// What all Receivers together need.
#[derive(Default)]
pub(super) struct NeedCounts {
    secrets: Counts<ObjectKey>,
    kinds: Counts<KindKey>,
    details: Counts<(KindKey, Detail)>,
}

impl NeedCounts {
    pub(super) fn has_secret(&self, key: &ObjectKey) -> bool {
        self.secrets.0.contains_key(key)
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &ObjectKey> {
        self.secrets.0.keys()
    }

    /// Counts what a Receiver needs now in place of what it needed before.
    pub(super) fn replace(
        &mut self,
        scope: &Scope,
        now: Option<&ReceiverObject>,
        before: Option<&ReceiverObject>,
    ) -> Needs {
        let (now, before) = (Needed::of(scope, now), Needed::of(scope, before));
        Needs {
            secrets: self.secrets.replace(before.secrets, now.secrets),
            kinds: self.kinds.replace(before.kinds, now.kinds),
            details: self.details.replace(before.details, now.details),
        }
    }
}

/// What one Receiver needs: the Secret and the kinds that it refers to by valid names.
#[derive(Default)]
struct Needed {
    secrets: HashSet<ObjectKey>,
    kinds: HashSet<KindKey>,
    details: HashSet<(KindKey, Detail)>,
}

impl Needed {
    fn of(scope: &Scope, receiver: Option<&ReceiverObject>) -> Self {
        let Some(receiver) = receiver else {
            return Self::default();
        };
        let secret = receiver.spec.secret_ref.as_ref();
        let secret = secret
            .filter(|reference| is_subdomain(&reference.name))
            .map(|reference| (receiver.id.namespace.clone(), reference.name.clone()));
        let details: HashSet<_> = kinds_of(&receiver.id, &receiver.spec)
            .into_iter()
            .filter(|(kind, _)| kind.is_well_formed())
            .map(|(kind, detail)| (scope.watched(kind), detail))
            .collect();
        Self {
            secrets: secret.into_iter().collect(),
            kinds: details.iter().map(|(kind, _)| kind.clone()).collect(),
            details: details
                .into_iter()
                .filter(|(_, detail)| *detail != Detail::Name)
                .collect(),
        }
    }
}

/// Things, each with the number of Receivers that need it.
struct Counts<T>(HashMap<T, usize>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone + Eq + Hash> Counts<T> {
    fn replace(&mut self, before: HashSet<T>, now: HashSet<T>) -> NeedChange<T> {
        let mut change = NeedChange::default();
        for thing in now.difference(&before) {
            let count = self.0.entry(thing.clone()).or_default();
            *count += 1;
            if *count == 1 {
                change.begun.push(thing.clone());
            }
        }
        for thing in before.difference(&now) {
            let Some(count) = self.0.get_mut(thing) else {
                continue;
            };
            *count -= 1;
            if *count == 0 {
                self.0.remove(thing);
                change.ended.push(thing.clone());
            }
        }
        change
    }
}
