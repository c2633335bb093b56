use std::collections::BTreeSet;
use std::sync::Arc;

use bellpull_core::ports::{Notification, Targets};
use bellpull_core::{Target, TargetError, UnavailableCause};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout_at};

use super::Ending;
use super::verify::Verified;

/// What to tell whom.
pub(crate) struct Resolved {
    pub(crate) notification: Arc<Notification>,
    /// Each once, however many references name it.
    pub(crate) targets: Vec<Target>,
    /// References that can lead to no target as they stand.
    pub(crate) unreachable: Vec<String>,
    pub(crate) deadline: Instant,
}

/// Finds the objects that the Receiver's references name.
pub(crate) async fn resolve<T: Targets>(
    verified: Verified,
    targets: &T,
) -> Result<Resolved, Ending> {
    let Verified {
        route,
        delivery,
        event,
        deadline,
    } = verified;
    let lookups = route
        .references()
        .iter()
        .map(|reference| targets.resolve(route.receiver(), reference));
    let not_yet = Ending::unavailable(UnavailableCause::TargetsUnknown);
    let Ok(answers) = timeout_at(deadline, join_all(lookups)).await else {
        return Err(not_yet.because("the targets were not known at the answer deadline"));
    };
    let mut found = BTreeSet::new();
    let mut unreachable = Vec::new();
    for answer in answers {
        match answer {
            Ok(targets) => found.extend(targets),
            Err(TargetError::Invalid(reason)) => unreachable.push(reason),
            Err(TargetError::NotYet(reason)) => return Err(not_yet.because(reason)),
        }
    }
    let notification = Notification {
        delivery: delivery.id.clone(),
        received: delivery.received,
        receiver: route.receiver().clone(),
        provider: route.view.provider.clone(),
        event,
    };
    Ok(Resolved {
        notification: Arc::new(notification),
        targets: found.into_iter().collect(),
        unreachable,
        deadline,
    })
}
