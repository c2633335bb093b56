use std::collections::HashMap;
use std::sync::Arc;

use bellpull_api::ResourceReference;

use crate::{Binding, Component, Credentials, ReceiverId, ReceiverObject, RouteFilters};

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

/// A Receiver that serves.
#[derive(Debug)]
pub struct Route {
    /// The Receiver.
    pub object: Arc<ReceiverObject>,
    /// What its component is told.
    pub view: Arc<ReceiverView>,
    /// The component that judges its deliveries.
    pub component: Component,
    /// How it authenticates.
    pub binding: Arc<Binding>,
    /// Its compiled filters.
    pub filters: Arc<RouteFilters>,
    /// Its prepared credentials.
    pub credentials: Credentials,
    /// Its webhook paths: secrets, kept to scrub them from text.
    pub paths: Vec<Arc<str>>,
}

impl Route {
    /// Which Receiver.
    #[must_use]
    pub fn receiver(&self) -> &ReceiverId {
        &self.object.id
    }

    /// What it notifies.
    #[must_use]
    pub fn references(&self) -> &[ResourceReference] {
        &self.object.spec.resources
    }

    /// Everything that must not leave in a text.
    pub fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        self.credentials
            .values_to_scrub()
            .chain(self.paths.iter().map(|path| path.as_bytes()))
    }
}

/// What answers a path.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A Receiver that serves.
    Serving(Arc<Route>),
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

/// Every path that is known, in one immutable value.
#[derive(Debug, Default)]
pub struct Routes {
    entries: HashMap<Arc<str>, Entry>,
}

impl Routes {
    /// Routes from paths.
    #[must_use]
    pub fn new(entries: HashMap<Arc<str>, Entry>) -> Self {
        Self { entries }
    }

    /// What answers `path`: leading slashes count as one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Entry> {
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
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (&**path, entry))
    }
}
