mod needs;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::{KindKey, ReceiverId, ReceiverObject};
use bellpull_plan::{Kinds, Objects, SecretState, UnreadableReceiver, UnreadableSpec};
use tokio::sync::watch;

use crate::Scope;
use crate::watch::ObjectKey;
use crate::watched_receiver::WatchedReceiver;
use needs::NeedCounts;
pub(crate) use needs::Needs;

/// What is known of the cluster, and what Receivers need of it.
pub(crate) struct Index {
    scope: Scope,
    state: Mutex<IndexState>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct IndexState {
    receivers: HashMap<ReceiverId, Result<Arc<ReceiverObject>, UnreadableSpec>>,
    receivers_listed: bool,
    secrets: HashMap<ObjectKey, SecretState>,
    secrets_listed: bool,
    kinds: Arc<Kinds>,
    needs: NeedCounts,
}

/// What is reported of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KindReport {
    Pending,
    Problem(String),
    Fine,
    /// No Receiver needs it any more.
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

    /// A channel that wakes whenever something has changed that plans depend on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Takes the current state of a Receiver.
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
        let needs = state.replace_needs(&self.scope, needed.as_deref(), before.as_deref());
        drop(state);
        self.changed.send_replace(());
        needs
    }

    /// Forgets a deleted Receiver.
    pub(crate) fn lose(&self, id: &ReceiverId) -> Needs {
        let mut state = self.locked();
        let Some(before) = state.receivers.remove(id) else {
            return Needs::default();
        };
        let needs = state.replace_needs(&self.scope, None, before.ok().as_deref());
        drop(state);
        self.changed.send_replace(());
        needs
    }

    /// Notes that every existing Receiver has been seen.
    pub(crate) fn receivers_listed(&self) {
        self.locked().receivers_listed = true;
        self.changed.send_replace(());
    }

    /// Notes that every existing Secret has been seen.
    pub(crate) fn secrets_listed(&self) {
        self.locked().secrets_listed = true;
        self.changed.send_replace(());
    }

    /// Takes the state of a Secret, if some Receiver needs it.
    pub(crate) fn take_secret(&self, key: &ObjectKey, secret: SecretState) {
        let mut state = self.locked();
        if !state.needs.has_secret(key) || is_same(state.secrets.get(key), &secret) {
            return;
        }
        state.secrets.insert(key.clone(), secret);
        drop(state);
        self.changed.send_replace(());
    }

    /// Takes a report of a kind.
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

    /// The objects for a plan, and whether Receivers and Secrets are complete.
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
            let mut needed = state.needs.secrets();
            needed.all(|key| state.secrets.contains_key(key))
        };
        let synced = Synced {
            receivers: state.receivers_listed,
            secrets: state.receivers_listed && state.secrets_listed && answered(),
        };
        (objects, synced)
    }

    fn locked(&self) -> MutexGuard<'_, IndexState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether all objects that existed at the start are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Every Receiver has been seen.
    pub receivers: bool,
    /// Every Secret that a Receiver names has been read, or refused.
    pub secrets: bool,
}

impl IndexState {
    /// Counts what a Receiver needs now in place of what it needed before, and forgets Secrets that no
    /// Receiver needs any more.
    fn replace_needs(
        &mut self,
        scope: &Scope,
        now: Option<&ReceiverObject>,
        before: Option<&ReceiverObject>,
    ) -> Needs {
        let needs = self.needs.replace(scope, now, before);
        for key in &needs.secrets.ended {
            self.secrets.remove(key);
        }
        needs
    }
}

fn is_same(one: Option<&SecretState>, other: &SecretState) -> bool {
    match (one, other) {
        (Some(SecretState::Present(one)), SecretState::Present(other)) => one == other,
        (Some(SecretState::Unavailable(one)), SecretState::Unavailable(other)) => one == other,
        _ => false,
    }
}
