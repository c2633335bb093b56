use std::collections::HashMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;

use crate::{BoundReceiver, Filters, RouteFilters};

/// A Receiver that is served: `C` is its component, and `F` evaluates its filters.
pub struct Route<C, F: Filters> {
    /// The Receiver with its binding.
    pub bound: Arc<BoundReceiver>,
    /// The component that verifies its deliveries. This version stays loaded while anybody holds
    /// it, so a delivery is verified by the version that bound its Receiver even while another
    /// takes over.
    pub component: Arc<C>,
    /// Its compiled filters.
    pub filters: Arc<RouteFilters<F>>,
}

/// The state of a known path.
pub enum Entry<C, F: Filters> {
    /// A Receiver that is served.
    Serving(Arc<Route<C, F>>),
    /// A Receiver that is suspended, not ready or without usable credentials.
    Unavailable {
        /// The id of the Receiver.
        receiver: ReceiverId,
        /// The provider that its spec names, if it is loaded: only such names become labels of
        /// metrics.
        provider: Option<String>,
        /// The reason of its condition.
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

/// All known paths, as one immutable value.
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

    /// The entry of `path`. Several leading slashes count as one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Entry<C, F>> {
        let start = path.len() - path.trim_start_matches('/').len();
        self.entries.get(path.get(start.saturating_sub(1)..)?)
    }

    /// The number of known paths.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no path is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every path with its entry.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry<C, F>)> {
        self.entries.iter().map(|(path, entry)| (&**path, entry))
    }
}
