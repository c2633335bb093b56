//! What is known of the objects that are planned.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_core::{KindKey, ReceiverId, ReceiverObject, SecretObject};

/// What is known of the objects at one time. What has not changed since the last time is the same
/// [`Arc`] again, so that it need not be looked at again.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// Every Receiver that could be read.
    pub receivers: Vec<Arc<ReceiverObject>>,
    /// What is known of Secrets, by namespace and name. One that is not here has been asked for and
    /// no answer has come yet.
    pub secrets: HashMap<(String, String), SecretState>,
    /// Receivers that exist and cannot be read now. Their paths answer 503.
    pub unreadable: Vec<Unreadable>,
    /// Kinds of targets.
    pub kinds: Arc<Kinds>,
}

impl Objects {
    /// The Secret that a Receiver names, if its values are known.
    #[must_use]
    pub fn secret_of(&self, receiver: &ReceiverObject) -> Option<&Arc<SecretObject>> {
        let reference = receiver.spec.secret_ref.as_ref()?;
        let key = (receiver.id.namespace.clone(), reference.name.clone());
        match self.secrets.get(&key)? {
            SecretState::Present(secret) => Some(secret),
            SecretState::Unavailable(_) => None,
        }
    }

    /// These Receivers and Secrets, and nothing else.
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

/// What is known of one Secret.
#[derive(Clone, Debug)]
pub enum SecretState {
    /// Its values.
    Present(Arc<SecretObject>),
    /// Why it cannot be had, as it stands in conditions.
    Unavailable(Arc<str>),
}

impl SecretState {
    /// What is said of a Secret that does not exist, as a Kubernetes API server says it.
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
pub struct Unreadable {
    /// Which one.
    pub id: ReceiverId,
    /// What is to be said in its status; nothing is said of one in a file.
    pub problem: Option<UnreadableSpec>,
}

/// A spec that an API server holds and nobody here understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableSpec {
    /// Generation of the spec.
    pub generation: Option<i64>,
    /// What is wrong.
    pub message: String,
}

/// What is known of the kinds that references name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Kinds whose objects cannot be notified or selected, and why.
    pub problems: BTreeMap<KindKey, String>,
    /// Kinds that have been asked for and of which no answer has come yet.
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
