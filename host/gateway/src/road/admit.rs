use std::sync::Arc;

use bellpull_core::ports::{EntryOf, Host, RouteOf};
use bellpull_core::{Entry, Outcome, UnavailableCause};
use http::Request;
use hyper::body::{Body as _, Incoming};

use super::Ending;
use super::memory::{BodyMemory, Reservation};
use crate::metrics::{Limit, Metrics};
use crate::settings::Settings;

/// A request that may send its body.
pub(crate) struct Admitted<H: Host> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) request: Request<Incoming>,
    pub(crate) room: Reservation,
}

/// Decides by the head of a request alone whether its body is read.
pub(crate) async fn admit<H: Host>(
    entry: EntryOf<H>,
    request: Request<Incoming>,
    has_room: bool,
    settings: &Settings,
    memory: &BodyMemory,
    metrics: &Metrics,
) -> Result<Admitted<H>, Ending> {
    let route = match entry {
        Entry::Serving(route) => route,
        Entry::Unavailable { reason, .. } => {
            return Err(Ending::unavailable(UnavailableCause::NotReady).because(reason));
        }
    };
    if !route.bound.binding.methods.allows(request.method()) {
        let allow = route.bound.binding.methods.allow_header();
        return Err(Outcome::WrongMethod { allow }.into());
    }
    if !has_room {
        return Err(Ending::unavailable(UnavailableCause::Pending));
    }
    let limit = settings.max_body;
    let length = match request.body().size_hint().exact() {
        Some(length) => usize::try_from(length).ok().filter(|bytes| *bytes <= limit),
        None => Some(limit),
    };
    let Some(length) = length else {
        metrics.limit(Limit::Body);
        return Err(Ending::from(Outcome::TooLarge { limit }).closing());
    };
    match memory.reserve(length, settings.read_timeout).await {
        Some(room) => Ok(Admitted {
            route,
            request,
            room,
        }),
        None => Err(Ending::unavailable(UnavailableCause::Busy)
            .because("no memory for the body came free in time")
            .closing()),
    }
}
