#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::names::is_subdomain;
use bellpull_core::{Detail, KindKey, ReceiverId, ReceiverObject, kinds_of};
use bellpull_plan::{Kinds, Objects, SecretState, UnreadableReceiver, UnreadableSpec};
use tokio::sync::watch;

use crate::Scope;
use crate::receiver::WatchedReceiver;
use crate::watch::Key;

/// Everything that is known of the cluster, and what of it Receivers need.
pub(crate) struct Index {
    scope: Scope,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    receivers: HashMap<ReceiverId, Result<Arc<ReceiverObject>, UnreadableSpec>>,
    receivers_listed: bool,
    secrets: HashMap<Key, SecretState>,
    secrets_listed: bool,
    kinds: Arc<Kinds>,
    needed_secrets: Counted<Key>,
    needed_kinds: Counted<KindKey>,
    needed_details: Counted<(KindKey, Detail)>,
}

/// What Receivers have begun and ceased to need.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) secrets: Change<Key>,
    pub(crate) kinds: Change<KindKey>,
    /// Of which kinds more must be known than names.
    pub(crate) details: Change<(KindKey, Detail)>,
}

/// What has come and gone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change<T> {
    pub(crate) begun: Vec<T>,
    pub(crate) ended: Vec<T>,
}

impl<T> Default for Change<T> {
    fn default() -> Self {
        Self {
            begun: Vec::new(),
            ended: Vec::new(),
        }
    }
}

/// What is known of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KindReport {
    Pending,
    Problem(String),
    Fine,
    /// Nobody needs it any more.
    Unneeded,
}

impl Index {
    pub(crate) fn new(scope: Scope) -> Self {
        Self {
            scope,
            state: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// Wakes whenever something has changed that a plan is made of.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Takes a Receiver as it is now.
    pub(crate) fn see(&self, receiver: &WatchedReceiver) -> Needs {
        let id = receiver.id();
        if receiver.is_being_deleted() {
            return self.lose(&id);
        }
        let now = receiver.object().map(Arc::new);
        let mut state = self.locked();
        if state.receivers.get(&id) == Some(&now) {
            return Needs::default();
        }
        let needed = now.as_ref().ok().map(Arc::clone);
        let before = state.receivers.insert(id, now).and_then(Result::ok);
        let needs = state.count(&self.scope, needed.as_deref(), before.as_deref());
        drop(state);
        self.changed.send_replace(());
        needs
    }

    /// Forgets a Receiver that is gone.
    pub(crate) fn lose(&self, id: &ReceiverId) -> Needs {
        let mut state = self.locked();
        let Some(before) = state.receivers.remove(id) else {
            return Needs::default();
        };
        let needs = state.count(&self.scope, None, before.ok().as_deref());
        drop(state);
        self.changed.send_replace(());
        needs
    }

    /// Every Receiver there was has been seen.
    pub(crate) fn receivers_listed(&self) {
        self.locked().receivers_listed = true;
        self.changed.send_replace(());
    }

    /// Every Secret there was has been heard of.
    pub(crate) fn secrets_listed(&self) {
        self.locked().secrets_listed = true;
        self.changed.send_replace(());
    }

    /// Takes what is known of a Secret, if it is still needed.
    pub(crate) fn take_secret(&self, key: &Key, secret: SecretState) {
        let mut state = self.locked();
        if !state.needed_secrets.contains(key) || is_same(state.secrets.get(key), &secret) {
            return;
        }
        state.secrets.insert(key.clone(), secret);
        drop(state);
        self.changed.send_replace(());
    }

    /// Takes what is known of a kind.
    pub(crate) fn take_kind(&self, key: &KindKey, report: KindReport) {
        let mut state = self.locked();
        let mut kinds = Kinds::clone(&state.kinds);
        kinds.pending.remove(key);
        kinds.problems.remove(key);
        match report {
            KindReport::Pending => {
                kinds.pending.insert(key.clone());
            }
            KindReport::Problem(problem) => {
                kinds.problems.insert(key.clone(), problem);
            }
            KindReport::Fine | KindReport::Unneeded => {}
        }
        if kinds == *state.kinds {
            return;
        }
        state.kinds = Arc::new(kinds);
        drop(state);
        self.changed.send_replace(());
    }

    /// What a plan is made of, and whether Receivers and Secrets are complete.
    pub(crate) fn objects(&self) -> (Objects, Synced) {
        let state = self.locked();
        let mut objects = Objects {
            receivers: Vec::with_capacity(state.receivers.len()),
            secrets: state.secrets.clone(),
            unreadable: Vec::new(),
            kinds: Arc::clone(&state.kinds),
        };
        for (id, receiver) in &state.receivers {
            match receiver {
                Ok(receiver) => objects.receivers.push(Arc::clone(receiver)),
                Err(problem) => objects.unreadable.push(UnreadableReceiver {
                    id: id.clone(),
                    problem: Some(problem.clone()),
                }),
            }
        }
        let answered = || {
            let mut needed = state.needed_secrets.keys();
            needed.all(|key| state.secrets.contains_key(key))
        };
        let synced = Synced {
            receivers: state.receivers_listed,
            secrets: state.receivers_listed && state.secrets_listed && answered(),
        };
        (objects, synced)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether everything that there was at the start is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Every Receiver has been seen.
    pub receivers: bool,
    /// Every Secret that a Receiver names has been read, or refused.
    pub secrets: bool,
}

impl State {
    fn count(
        &mut self,
        scope: &Scope,
        now: Option<&ReceiverObject>,
        before: Option<&ReceiverObject>,
    ) -> Needs {
        let mut needs = Needs::default();
        let (now, before) = (Needed::by(scope, now), Needed::by(scope, before));
        self.needed_secrets
            .replace(before.secrets, now.secrets, &mut needs.secrets);
        self.needed_kinds
            .replace(before.kinds, now.kinds, &mut needs.kinds);
        self.needed_details
            .replace(before.details, now.details, &mut needs.details);
        for key in &needs.secrets.ended {
            self.secrets.remove(key);
        }
        needs
    }
}

/// The Secret and the kinds that a Receiver names, as far as they are names at all.
#[derive(Default)]
struct Needed {
    secrets: HashSet<Key>,
    kinds: HashSet<KindKey>,
    details: HashSet<(KindKey, Detail)>,
}

impl Needed {
    fn by(scope: &Scope, receiver: Option<&ReceiverObject>) -> Self {
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

fn is_same(one: Option<&SecretState>, other: &SecretState) -> bool {
    match (one, other) {
        (Some(SecretState::Present(one)), SecretState::Present(other)) => one == other,
        (Some(SecretState::Unavailable(one)), SecretState::Unavailable(other)) => one == other,
        _ => false,
    }
}

/// How many need a thing.
struct Counted<T>(HashMap<T, usize>);

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone + Eq + Hash> Counted<T> {
    fn contains(&self, thing: &T) -> bool {
        self.0.contains_key(thing)
    }

    fn keys(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }

    fn replace(&mut self, before: HashSet<T>, now: HashSet<T>, change: &mut Change<T>) {
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
    }
}
