use std::sync::Arc;

use bellpull_core::ports::{Host, RouteOf, Targets as _};
use bellpull_core::{Delivery, Event, Found, TargetError, UnavailableCause, detail_of};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout_at};

use super::Ending;
use super::verify::Verified;

/// What a delivery's references name.
pub(crate) struct Resolved<H: Host> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) event: Arc<Event>,
    /// Of each reference in order: its objects, or why it can lead to none as it stands.
    pub(crate) found: Vec<Result<Vec<Found>, String>>,
    pub(crate) deadline: Instant,
}

/// Finds the objects that the Receiver's references name.
pub(crate) async fn resolve<H: Host>(
    verified: Verified<H>,
    host: &H,
) -> Result<Resolved<H>, Ending> {
    let Verified {
        route,
        delivery,
        event,
        deadline,
    } = verified;
    let (receiver, targets) = (&route.bound, host.targets());
    let spec = &receiver.object.spec;
    let lookups = receiver
        .references()
        .iter()
        .map(|reference| targets.resolve(receiver.id(), reference, detail_of(spec, reference)));
    let not_yet = Ending::unavailable(UnavailableCause::TargetsUnknown);
    let Ok(answers) = timeout_at(deadline, join_all(lookups)).await else {
        return Err(not_yet.because("the targets were not known at the answer deadline"));
    };
    let mut found = Vec::with_capacity(answers.len());
    for answer in answers {
        found.push(match answer {
            Ok(objects) => Ok(objects),
            Err(TargetError::Invalid(reason)) => Err(reason),
            Err(TargetError::NotYet(reason)) => return Err(not_yet.because(reason)),
        });
    }
    Ok(Resolved {
        route,
        delivery,
        event,
        found,
        deadline,
    })
}
