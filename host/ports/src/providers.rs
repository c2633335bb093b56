use std::future::Future;
use std::sync::Arc;

use bellpull_core::{Binding, Description, Fault, Problem, ReceiverId, ReceiverView};
use bellpull_schema::Schema;

/// The providers that are loaded at one time.
pub trait Providers: Send + Sync + 'static {
    /// A loaded component, at one version.
    type Component: Send + Sync + 'static;

    /// The component behind a provider name.
    fn find(&self, provider: &str) -> Option<Provider<Self::Component>>;

    /// Every provider name.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// Asks a component how a Receiver authenticates. The same component gives the same answer to
    /// the same Receiver, faults apart, and is not told which one it is.
    fn configure(
        &self,
        component: &Arc<Self::Component>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> impl Future<Output = Result<Binding, ConfigureError>> + Send;
}

/// What is behind a provider name.
pub struct Provider<C> {
    /// What it says it is.
    pub description: Arc<Description>,
    /// What it takes as `spec.config`.
    pub schema: Arc<Schema>,
    /// The keys of Secrets that it may read.
    pub granted_settings: Vec<String>,
    /// What judges deliveries.
    pub component: Arc<C>,
    /// Which bytes that is.
    pub digest: Arc<str>,
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

/// Why there is no binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// The component found the Receiver wrong.
    Problems(Vec<Problem>),
    /// The component failed; the text is for the log.
    Faulted(Fault, String),
    /// The component failed too often and rests.
    BrokenOff,
}
