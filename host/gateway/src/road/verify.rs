use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::ports::{Host, RouteOf, Verify as _};
use bellpull_core::{Delivery, Event, Judged, judge};

use super::Ending;
use super::read::Received;

/// A delivery that its component accepted.
pub(crate) struct Verified<H: Host> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) event: Arc<Event>,
    pub(crate) deadline: tokio::time::Instant,
}

/// Asks the component, and says how long that took.
pub(crate) async fn verify<H: Host>(
    received: Received<H>,
    host: &H,
) -> (Result<Verified<H>, Ending>, Duration) {
    let began = Instant::now();
    let Received {
        route,
        delivery,
        deadline,
    } = received;
    let verifier = host.verifier();
    let verdict = verifier.verify(&route.component, &route.bound, &delivery);
    let (verdict, _) = verdict.await;
    let took = began.elapsed();
    let verified = match judge(verdict) {
        Judged::Accepted(event) => Ok(Verified {
            route,
            delivery,
            event: Arc::from(event),
            deadline,
        }),
        Judged::Ended { outcome, reason } if reason.is_empty() => Err(outcome.into()),
        Judged::Ended { outcome, reason } => Err(Ending::from(outcome).because(reason)),
    };
    (verified, took)
}
