use bellpull_core::ports::{EntryOf, Host};
use bellpull_core::{Outcome, UnavailableCause};
use bellpull_road::{Admitted, Ending, Road};
use http::Request;
use hyper::body::{Body as _, Incoming};

use super::memory::{BodyMemory, Reservation};
use crate::metrics::{Limit, Metrics};
use crate::parting::Parting;
use crate::settings::Settings;

/// A request that may send its body.
pub(crate) struct Awaited<H: Host> {
    pub(crate) admitted: Admitted<H>,
    pub(crate) request: Request<Incoming>,
    pub(crate) room: Reservation,
}

/// Decides by the head of a request alone whether its body is read, and reserves room for it.
pub(crate) async fn admit<H: Host>(
    road: &Road<H>,
    entry: EntryOf<H>,
    request: Request<Incoming>,
    settings: &Settings,
    memory: &BodyMemory,
    metrics: &Metrics,
) -> Result<Awaited<H>, Parting> {
    let limit = settings.max_body;
    let length = request.body().size_hint().exact();
    let admitted =
        road.admit(entry, request.method(), length, limit)
            .map_err(|ending| match ending.outcome {
                Outcome::TooLarge { .. } => {
                    metrics.limit(Limit::Body);
                    Parting::closing(ending)
                }
                _ => ending.into(),
            })?;
    let most = length.and_then(|length| usize::try_from(length).ok());
    let most = most.unwrap_or(limit);
    match memory.reserve(most, settings.read_timeout).await {
        Some(room) => Ok(Awaited {
            admitted,
            request,
            room,
        }),
        None => Err(Parting::closing(
            Ending::unavailable(UnavailableCause::Busy)
                .because("no memory for the body came free in time"),
        )),
    }
}
