use std::future::Future;
use std::sync::Arc;

use crate::BoundReceiver;
use bellpull_core::{Delivery, Usage, Verdict, VerifyError};

/// Verifies deliveries by components.
pub trait Verify: Send + Sync + 'static {
    /// One version of a loaded component.
    type Component: Send + Sync + 'static;

    /// Runs `component` on a delivery to `receiver`. Returns its verdict and the resources that it
    /// used.
    fn verify(
        &self,
        component: &Arc<Self::Component>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> impl Future<Output = (Result<Verdict, VerifyError>, Usage)> + Send;
}
