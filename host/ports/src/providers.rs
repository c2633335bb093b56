use std::future::Future;
use std::sync::Arc;

use bellpull_core::{Binding, Description, Fault, Problem, ReceiverId, ReceiverView};
use bellpull_schema::Schema;

use crate::ComponentIdentity;

/// The providers that are loaded.
pub trait Providers: Send + Sync + 'static {
    /// One version of a loaded component.
    type Component: Send + Sync + 'static;

    /// The provider with that name, for the Receivers of a namespace.
    ///
    /// # Errors
    /// When there is none, or none for this namespace.
    fn find(
        &self,
        provider: &str,
        namespace: &str,
    ) -> Result<Provider<Self::Component>, NoProvider>;

    /// The names of all providers.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// Asks a component how a Receiver authenticates. Apart from faults, the answer depends only on
    /// the component and `receiver`. The component does not learn `id`.
    fn configure(
        &self,
        component: &Arc<Self::Component>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> impl Future<Output = Result<Binding, ConfigureError>> + Send;
}

/// A loaded provider.
pub struct Provider<C> {
    /// Its component's description of itself.
    pub description: Arc<Description>,
    /// The schema of `spec.config`.
    pub schema: Arc<Schema>,
    /// The keys of Secrets whose values it may read.
    pub granted_settings: Vec<String>,
    /// The component that verifies deliveries.
    pub component: Arc<C>,
    /// The digest of that component.
    pub digest: Arc<str>,
}

impl<C> Provider<C> {
    /// The version and the digest of its component.
    #[must_use]
    pub fn identity(&self) -> ComponentIdentity {
        ComponentIdentity {
            version: self.description.version.clone(),
            digest: Arc::clone(&self.digest),
        }
    }
}

impl<C> Clone for Provider<C> {
    fn clone(&self) -> Self {
        Self {
            description: Arc::clone(&self.description),
            schema: Arc::clone(&self.schema),
            granted_settings: self.granted_settings.clone(),
            component: Arc::clone(&self.component),
            digest: Arc::clone(&self.digest),
        }
    }
}

/// Why a Receiver has no provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoProvider {
    /// No loaded component has the name.
    NotLoaded,
    /// The component that has the name is not for the Receiver's namespace.
    NotAllowed,
}

/// Why there is no binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// The component reported errors in the Receiver.
    Problems(Vec<Problem>),
    /// The component failed. The text is for the log.
    Faulted(Fault, String),
    /// The component failed too often and is paused.
    BrokenOff,
}
