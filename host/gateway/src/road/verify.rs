use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::ports::Verify;
use bellpull_core::{Delivery, Event, Judged, Route, judge};

use super::Ending;
use super::read::Received;

/// A delivery that its component accepted.
pub(crate) struct Verified {
    pub(crate) route: Arc<Route>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) event: Arc<Event>,
    pub(crate) deadline: tokio::time::Instant,
}

/// Asks the component, and says how long that took.
pub(crate) async fn verify<V: Verify>(
    received: Received,
    verifier: &V,
) -> (Result<Verified, Ending>, Duration) {
    let began = Instant::now();
    let verdict = verifier.verify(&received.route, &received.delivery).await;
    let took = began.elapsed();
    let verified = match judge(verdict) {
        Judged::Accepted(event) => Ok(Verified {
            route: received.route,
            delivery: received.delivery,
            event: Arc::from(event),
            deadline: received.deadline,
        }),
        Judged::Ended { outcome, reason } if reason.is_empty() => Err(outcome.into()),
        Judged::Ended { outcome, reason } => Err(Ending::from(outcome).because(reason)),
    };
    (verified, took)
}
