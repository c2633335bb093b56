use std::collections::HashMap;
use std::sync::Arc;

use bellpull_api::ResourceReference;

use crate::ports::Filters;
use crate::text::{scrub, without_user};
use crate::{
    Acceptance, Binding, Credentials, ReceiverId, ReceiverObject, Redaction, RouteFilters,
};

/// What a component knows of a Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverView {
    /// Which of its names the Receiver used.
    pub provider: String,
    /// `spec.events` as written.
    pub events: Vec<String>,
    /// Keys that the Secret holds.
    pub keys: Vec<String>,
    /// Granted non-secret values.
    pub settings: Vec<(String, String)>,
    /// `spec.config` as JSON.
    pub config: String,
}

/// A Receiver as it is bound: all that judging its deliveries takes, and nothing of who judges them.
#[derive(Debug)]
pub struct BoundReceiver {
    /// The Receiver.
    pub object: Arc<ReceiverObject>,
    /// What its component is told.
    pub view: Arc<ReceiverView>,
    /// How it authenticates.
    pub binding: Arc<Binding>,
    /// Its prepared credentials.
    pub credentials: Credentials,
    /// What of its deliveries its component does not see.
    pub redaction: Arc<Redaction>,
    /// Its webhook paths: secrets, kept to scrub them from text.
    pub paths: Vec<Arc<str>>,
}

impl BoundReceiver {
    /// Which Receiver.
    #[must_use]
    pub fn id(&self) -> &ReceiverId {
        &self.object.id
    }

    /// What it notifies.
    #[must_use]
    pub fn references(&self) -> &[ResourceReference] {
        &self.object.spec.resources
    }

    /// What a delivery tells, as it may leave the host, for people and programs that act on it: without what must
    /// not leave in a text, and without the user names and passwords of web addresses, which are
    /// somebody's credentials. Filters and `matchEvent` ask what it tells itself.
    #[must_use]
    pub fn outward(&self, acceptance: &Acceptance) -> Acceptance {
        acceptance.with_texts(|text| without_user(&scrub(text, self.secrets())))
    }

    /// Everything that must not leave in a text.
    pub fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        let checked = self.credentials.values_to_scrub();
        checked
            .chain(self.redaction.values())
            .chain(self.paths.iter().map(|path| path.as_bytes()))
    }
}

/// A Receiver that serves: `C` judges its deliveries, and `F` evaluates its filters.
pub struct Route<C, F: Filters> {
    /// The Receiver.
    pub bound: Arc<BoundReceiver>,
    /// The component that judges its deliveries. Whoever holds it keeps that version loaded: a
    /// delivery ends with the very version that its Receiver was bound by, also while another takes
    /// over.
    pub component: Arc<C>,
    /// Its compiled filters.
    pub filters: Arc<RouteFilters<F>>,
}

/// What answers a path.
pub enum Entry<C, F: Filters> {
    /// A Receiver that serves.
    Serving(Arc<Route<C, F>>),
    /// A Receiver that is suspended, not ready or without usable credentials.
    Unavailable {
        /// Which Receiver.
        receiver: ReceiverId,
        /// The provider that its spec names, as metrics may label it: only a loaded one's name.
        provider: Option<String>,
        /// Reason of its condition.
        reason: &'static str,
    },
}

impl<C, F: Filters> Clone for Entry<C, F> {
    fn clone(&self) -> Self {
        match self {
            Self::Serving(route) => Self::Serving(Arc::clone(route)),
            Self::Unavailable {
                receiver,
                provider,
                reason,
            } => Self::Unavailable {
                receiver: receiver.clone(),
                provider: provider.clone(),
                reason,
            },
        }
    }
}

/// Every path that is known, in one immutable value.
pub struct Routes<C, F: Filters> {
    entries: HashMap<Arc<str>, Entry<C, F>>,
}

impl<C, F: Filters> Default for Routes<C, F> {
    fn default() -> Self {
        Self::new(HashMap::new())
    }
}

impl<C, F: Filters> Routes<C, F> {
    /// Routes from paths.
    #[must_use]
    pub fn new(entries: HashMap<Arc<str>, Entry<C, F>>) -> Self {
        Self { entries }
    }

    /// What answers `path`: leading slashes count as one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Entry<C, F>> {
        let start = path.len() - path.trim_start_matches('/').len();
        self.entries.get(path.get(start.saturating_sub(1)..)?)
    }

    /// How many paths are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no path is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every path with what answers it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry<C, F>)> {
        self.entries.iter().map(|(path, entry)| (&**path, entry))
    }
}
