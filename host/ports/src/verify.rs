use std::future::Future;
use std::sync::Arc;

use crate::BoundReceiver;
use bellpull_core::{Delivery, Usage, Verdict, VerifyError};

/// Runs one delivery through a component.
pub trait Verify: Send + Sync + 'static {
    /// A loaded component, at one version.
    type Component: Send + Sync + 'static;

    /// What the component says of a delivery to the Receiver that is bound to it, and what that
    /// took.
    fn verify(
        &self,
        component: &Arc<Self::Component>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> impl Future<Output = (Result<Verdict, VerifyError>, Usage)> + Send;
}
