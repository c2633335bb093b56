//! The objects that are planned.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_core::{KindKey, ReceiverId, ReceiverObject, SecretObject};

/// The objects as they are known at one time. An object that has not changed since the last time is
/// the same [`Arc`], so that it is not compared by value.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// The Receivers that could be read.
    pub receivers: Vec<Arc<ReceiverObject>>,
    /// The Secrets that Receivers name, by namespace and name. A Secret that is missing here has been
    /// asked for, and there is no answer yet.
    pub secrets: HashMap<(String, String), SecretState>,
    /// Receivers that exist but cannot be read now. Their paths answer 503.
    pub unreadable: Vec<UnreadableReceiver>,
    pub kinds: Arc<Kinds>,
}

impl Objects {
    /// The Secret that a Receiver names, if it has been read.
    #[must_use]
    pub fn secret_of(&self, receiver: &ReceiverObject) -> Option<&Arc<SecretObject>> {
        let reference = receiver.spec.secret_ref.as_ref()?;
        let key = (receiver.id.namespace.clone(), reference.name.clone());
        match self.secrets.get(&key)? {
            SecretState::Present(secret) => Some(secret),
            SecretState::Unavailable(_) => None,
        }
    }

    /// These Receivers and Secrets, all of them readable.
    #[must_use]
    pub fn new(
        receivers: impl IntoIterator<Item = ReceiverObject>,
        secrets: impl IntoIterator<Item = SecretObject>,
    ) -> Self {
        let keyed = |secret: SecretObject| {
            let key = (secret.namespace.clone(), secret.name.clone());
            (key, SecretState::Present(Arc::new(secret)))
        };
        Self {
            receivers: receivers.into_iter().map(Arc::new).collect(),
            secrets: secrets.into_iter().map(keyed).collect(),
            ..Self::default()
        }
    }
}

#[derive(Clone, Debug)]
pub enum SecretState {
    Present(Arc<SecretObject>),
    /// It cannot be read, for this reason. Conditions show the text.
    Unavailable(Arc<str>),
}

impl SecretState {
    /// A Secret that does not exist, in the words of a Kubernetes API server.
    #[must_use]
    pub fn not_found(name: &str) -> Self {
        Self::Unavailable(format!("secrets {name:?} not found").into())
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Present(one), Self::Present(other)) => Arc::ptr_eq(one, other),
            (Self::Unavailable(one), Self::Unavailable(other)) => one == other,
            _ => false,
        }
    }
}

/// A Receiver that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableReceiver {
    pub id: ReceiverId,
    /// What its status says. `None` for a Receiver in a file, which has no status.
    pub problem: Option<UnreadableSpec>,
}

/// A spec that the API server holds but this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableSpec {
    pub generation: Option<i64>,
    pub message: String,
}

/// What is known of the kinds that Receivers refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Kinds whose objects cannot be notified or selected, with the reason.
    pub problems: BTreeMap<KindKey, String>,
    /// Kinds that have been asked for and have no answer yet.
    pub pending: BTreeSet<KindKey>,
}

impl Kinds {
    pub(crate) fn problem(&self, key: &KindKey) -> Option<&String> {
        let everywhere = || self.problems.get(&key.in_all_namespaces());
        self.problems.get(key).or_else(everywhere)
    }

    pub(crate) fn is_pending(&self, key: &KindKey) -> bool {
        self.pending.contains(key) || self.pending.contains(&key.in_all_namespaces())
    }
}
