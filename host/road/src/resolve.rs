use std::sync::Arc;

use bellpull_core::{Acceptance, TargetError, UnavailableCause, detail_of};
use bellpull_ports::{Found, Host, Targets as _};
use futures_util::future::join_all;
use tokio::time::timeout_at;

use crate::{Authorized, Ending, Passage};

/// The stage of a delivery whose Receiver's references are looked up.
pub(crate) struct Resolved {
    pub(crate) acceptance: Arc<Acceptance>,
    /// Of each reference in order: its objects, or why it can lead to none as it stands.
    pub(crate) found: Vec<Result<Vec<Found>, String>>,
}

/// Finds the objects that the Receiver's references name.
pub(crate) async fn resolve<H: Host>(
    passage: Passage<H, Authorized>,
    host: &H,
) -> Result<Passage<H, Resolved>, Ending> {
    let (receiver, targets) = (&passage.route.bound, host.targets());
    let spec = &receiver.object.spec;
    let lookups = receiver
        .references()
        .iter()
        .map(|reference| targets.resolve(receiver.id(), reference, detail_of(spec, reference)));
    let not_yet = Ending::unavailable(UnavailableCause::TargetsUnknown);
    let Ok(answers) = timeout_at(passage.deadline, join_all(lookups)).await else {
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
    Ok(passage.map(|Authorized { acceptance }| Resolved { acceptance, found }))
}
