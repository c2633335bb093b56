use std::sync::Arc;
use std::time::Instant;

use bellpull_core::{Acceptance, Outcome, Refusal, UnavailableCause, Verdict, VerifyError};
use bellpull_ports::{Host, Verify as _};

use crate::{Arrived, Ending, Observe, Passage};

/// The stage of a delivery that its component has accepted.
pub(crate) struct Accepted {
    pub(crate) acceptance: Arc<Acceptance>,
}

/// Asks the component.
pub(crate) async fn verify<H: Host>(
    passage: Passage<H, Arrived>,
    host: &H,
    observer: &mut impl Observe,
) -> Result<Passage<H, Accepted>, Ending> {
    let Passage {
        route, delivery, ..
    } = &passage;
    let began = Instant::now();
    let verifier = host.verifier();
    let verified = verifier.verify(&route.component, &route.bound, delivery);
    let (answer, usage) = verified.await;
    observer.verified(began.elapsed(), usage);
    if let Ok(Verdict::Ignore(told)) = &answer {
        observer.ignored(told);
    }
    let acceptance = Arc::from(judge(answer, &route.bound.view.events)?);
    Ok(passage.map(|Arrived { .. }| Accepted { acceptance }))
}

/// What a component's answer makes of a delivery.
///
/// `events`: those that the Receiver lists.
fn judge(
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
