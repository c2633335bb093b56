//! One verification by the sandbox alone.

use std::sync::Arc;

use bellpull::plan_types::SandboxRoute;
use bellpull_core::{Delivery, Verdict, VerifyError};
use bellpull_ports::Verify as _;
use bellpull_sandbox::Sandbox;

/// The verdict of the component of `route` on a delivery.
///
/// # Errors
/// Why there is no verdict.
pub async fn verify(
    sandbox: &Sandbox,
    route: &SandboxRoute,
    delivery: &Arc<Delivery>,
) -> Result<Verdict, VerifyError> {
    let verified = sandbox.verify(&route.component, &route.bound, delivery);
    verified.await.0
}
