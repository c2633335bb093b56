use bellpull_core::Outcome;
use bellpull_ports::{EntryOf, Host};
use bellpull_road::{Admitted, EvictableReservation, Memory, Road};
use http::Request;
use hyper::body::{Body as _, Incoming};

use crate::metrics::{Limit, Metrics};
use crate::parting::Parting;
use crate::peer::Connection;
use crate::settings::Settings;

/// A request that may send its body.
pub(crate) struct Awaited<H: Host> {
    pub(crate) admitted: Admitted<H>,
    pub(crate) request: Request<Incoming>,
    pub(crate) reservation: EvictableReservation,
}

/// Decides by the head of a request alone whether its body is read.
pub(crate) fn admit<H: Host>(
    road: &Road<H>,
    entry: EntryOf<H>,
    request: Request<Incoming>,
    connection: &Connection,
    settings: &Settings,
    memory: &Memory,
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
    Ok(Awaited {
        reservation: memory.reserve(admitted.receiver(), connection.id()),
        admitted,
        request,
    })
}
