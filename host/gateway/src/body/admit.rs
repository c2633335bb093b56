use bellpull_core::Outcome;
use bellpull_ports::{EntryOf, Host};
use bellpull_road::{Admitted, EvictableReservation, Memory, Road};
use http::Request;
use hyper::body::{Body as _, Incoming};

use crate::http_ending::HttpEnding;
use crate::listener::Caller;
use crate::metrics::{GatewayMetrics, ReachedLimit};
use crate::settings::GatewaySettings;

/// A request whose body is to be read.
pub(crate) struct AdmittedRequest<H: Host> {
    pub(crate) admitted: Admitted<H>,
    pub(crate) request: Request<Incoming>,
    pub(crate) reservation: EvictableReservation,
}

/// Decides by the head of a request whether its body is read.
pub(crate) fn admit<H: Host>(
    road: &Road<H>,
    entry: EntryOf<H>,
    request: Request<Incoming>,
    caller: &Caller,
    settings: &GatewaySettings,
    memory: &Memory,
    metrics: &GatewayMetrics,
) -> Result<AdmittedRequest<H>, HttpEnding> {
    let limit = settings.max_body;
    let length = request.body().size_hint().exact();
    let admitted = road
        .admit(entry, request.method(), length, limit, Some(&caller.client))
        .map_err(|ending| match ending.outcome {
            Outcome::TooLarge { .. } => {
                metrics.limit(ReachedLimit::Body);
                HttpEnding::closing(ending)
            }
            _ => ending.into(),
        })?;
    Ok(AdmittedRequest {
        reservation: memory.reserve(admitted.receiver(), caller.connection.id()),
        admitted,
        request,
    })
}
