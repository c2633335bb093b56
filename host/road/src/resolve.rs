use std::sync::Arc;

use bellpull_core::{Acceptance, TargetError, UnavailableCause, detail_of};
use bellpull_ports::{FoundTarget, Host, Targets as _};
use futures_util::future::join_all;
use tokio::time::timeout_at;

use crate::{Authorized, Ending, Staged};

/// The stage of a delivery whose targets are looked up.
pub(crate) struct Resolved {
    pub(crate) acceptance: Arc<Acceptance>,
    /// For each reference in order: its objects, or why it is invalid.
    pub(crate) found: Vec<Result<Vec<FoundTarget>, String>>,
}

/// Looks up the objects that the Receiver's references name.
pub(crate) async fn resolve<H: Host>(
    authorized: Staged<H, Authorized>,
    host: &H,
) -> Result<Staged<H, Resolved>, Ending> {
    let (receiver, targets) = (&authorized.route.bound, host.targets());
    let spec = &receiver.object.spec;
    let lookups = receiver
        .references()
        .iter()
        .map(|reference| targets.resolve(receiver.id(), reference, detail_of(spec, reference)));
    let not_yet = Ending::unavailable(UnavailableCause::TargetsUnknown);
    let Ok(answers) = timeout_at(authorized.deadline, join_all(lookups)).await else {
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
    Ok(authorized.map(|Authorized { acceptance }| Resolved { acceptance, found }))
}
