use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Acceptance, Outcome, Refusal, UnavailableCause, Verdict, VerifyError};
use bellpull_ports::{Host, Verify as _};

use crate::{Arrived, Ending, Observe, Staged};

/// The stage of a delivery that its component has accepted.
pub(crate) struct Accepted {
    pub(crate) acceptance: Arc<Acceptance>,
}

/// Has the component verify the delivery.
pub(crate) async fn verify<H: Host>(
    arrived: Staged<H, Arrived>,
    host: &H,
    observer: &mut impl Observe,
) -> Result<Staged<H, Accepted>, Ending> {
    let Staged {
        route, delivery, ..
    } = &arrived;
    let began = Instant::now();
    let verifier = host.verifier();
    let verified = verifier.verify(&route.component, &route.bound, delivery);
    let (answer, usage) = verified.await;
    observer.verified(began.elapsed(), usage);
    if let Ok(Verdict::Ignore(told)) = &answer {
        observer.ignored(told);
    }
    let acceptance = Arc::from(accept(answer, &route.bound.view.events)?);
    Ok(arrived.map(|Arrived { .. }| Accepted { acceptance }))
}

/// Takes the acceptance out of a component's answer; every other answer ends the road. `events` are
/// the `spec.events` of the Receiver.
fn accept(
    answer: Result<Verdict, VerifyError>,
    events: &[String],
) -> Result<Box<Acceptance>, Ending> {
    let unavailable = Outcome::Unavailable;
    let (outcome, reason) = match answer {
        Ok(Verdict::Accept(acceptance)) => return Ok(acceptance),
        Ok(Verdict::Ignore(told)) => {
            let listed = told.is_listed(events);
            let class = told.class;
            (Outcome::Ignored { class, listed }, told.reason)
        }
        Ok(Verdict::Reply(response)) => (Outcome::Replied(response), String::new()),
        Err(VerifyError::Refused(refusal)) => match refusal {
            Refusal::Unauthenticated(reason) | Refusal::Stale(reason) => {
                (Outcome::Unauthenticated, reason)
            }
            Refusal::Malformed(reason) => (Outcome::Malformed, reason),
            Refusal::Unavailable(reason) => (unavailable(UnavailableCause::Keys), reason),
            Refusal::Misconfigured(reason) => (unavailable(UnavailableCause::NotReady), reason),
        },
        Err(VerifyError::Faulted(fault, reason)) => (
            unavailable(UnavailableCause::Faulted),
            format!("{fault}: {reason}"),
        ),
        Err(VerifyError::Busy) => (
            unavailable(UnavailableCause::Busy),
            "no permit to verify came free in time".to_owned(),
        ),
        Err(VerifyError::BrokenOff) => (
            unavailable(UnavailableCause::BrokenOff),
            "the component rests after repeated faults".to_owned(),
        ),
    };
    let ending = Ending::from(outcome);
    Err(if reason.is_empty() {
        ending
    } else {
        ending.because(reason)
    })
}
