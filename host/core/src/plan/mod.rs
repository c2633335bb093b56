//! Objects in, routes and conditions out. What to serve and what to say of each Receiver is decided
//! here, the same for a folder and for a cluster.

mod bind;
mod bounds;
mod check;
mod extensions;
mod filters;
mod memory;
mod oidc;
pub mod path;
mod planned;
mod planner;
mod publication;
pub mod schema;
mod state;
pub mod status;
mod strength;
mod waiting;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::ports::Filters;
use crate::{Authentication, KindKey, ReceiverId, ReceiverObject, Routes, SecretObject};

pub use check::{Reason, ReasonKind, Unready};
pub use extensions::Extensions;
pub use planner::Planner;
pub use strength::{Remembered, Strength};
pub use waiting::{Answer, Question};

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

    fn is(&self, other: &Self) -> bool {
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
    fn problem(&self, key: &KindKey) -> Option<&String> {
        let everywhere = || self.problems.get(&key.in_all_namespaces());
        self.problems.get(key).or_else(everywhere)
    }

    fn is_pending(&self, key: &KindKey) -> bool {
        self.pending.contains(key) || self.pending.contains(&key.in_all_namespaces())
    }
}

/// What to serve and what to say.
pub struct Plan<C, F: Filters> {
    /// What answers each path.
    pub routes: Routes<C, F>,
    /// One state per Receiver, sorted by namespace and name.
    pub receivers: Vec<Arc<ReceiverState>>,
}

/// What is to be said of one Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    /// Which one.
    pub id: ReceiverId,
    /// Of the spec that this speaks of.
    pub generation: Option<i64>,
    /// Whether nothing that it depends on is still being asked for: before that, nothing is said.
    pub settled: bool,
    /// `spec.type`, or what the annotation names.
    pub provider: String,
    /// Version of the component.
    pub provider_version: Option<String>,
    /// How it authenticates, once bound.
    pub authentication: Option<Authentication>,
    /// Whether it does so by a signature under a key of the component's own.
    pub own_key: bool,
    /// `spec.events`.
    pub events: Vec<String>,
    /// `spec.interval`.
    pub interval: Option<String>,
    /// Its webhook paths, the current one first. Secrets.
    pub paths: Vec<Arc<str>>,
    /// Whether it serves.
    pub ready: bool,
    /// Reason of the condition.
    pub reason: Reason,
    /// Message of the condition. Holds the path when ready, as Flux's does.
    pub message: String,
    /// What is odd but not wrong; part of the message too.
    pub warnings: Vec<String>,
    /// Fields in use, now or before Flux's CRD dropped them.
    pub extensions: Extensions,
}
