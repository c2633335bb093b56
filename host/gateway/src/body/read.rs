use std::sync::Arc;

use bellpull_core::{Delivery, DeliveryClient, DeliveryId, Outcome, Timestamp, UnavailableCause};
use bellpull_ports::Host;
use bellpull_road::{Arrived, Ending, EvictableReservation, NoRoom, Reservation, Staged};
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout, timeout_at};

use super::admit::AdmittedRequest;
use super::arrival_rate::ArrivalRate;
use crate::http_ending::HttpEnding;
use crate::metrics::{GatewayMetrics, ReachedLimit};
use crate::settings::GatewaySettings;

/// The first reservation for a body, in bytes.
const FIRST_RESERVATION: usize = 8 << 10;
/// Bytes that the map of headers takes for each header, beside its text.
const HEADER_OVERHEAD: usize = 64;

/// Sets the header `host` to the authority of the request: `:authority` in HTTP/2 (RFC 9113,
/// section 8.3.1), or that of an absolute request target, which overrides the header (RFC 9112,
/// section 3.2.2).
fn set_host(head: &mut Parts) {
    let authority = head.uri.authority().map(|authority| authority.as_str());
    if let Some(Ok(host)) = authority.map(HeaderValue::from_str) {
        head.headers.insert(HOST, host);
    }
}

/// Reads the body, and reserves memory as it arrives.
pub(crate) async fn read<H: Host>(
    request: AdmittedRequest<H>,
    id: DeliveryId,
    received: Timestamp,
    client: DeliveryClient,
    settings: &GatewaySettings,
    metrics: &GatewayMetrics,
) -> Result<Staged<H, Arrived>, HttpEnding> {
    let AdmittedRequest {
        admitted,
        request,
        mut reservation,
    } = request;
    let (mut head, body) = request.into_parts();
    set_host(&mut head);
    let reading = async {
        reservation.grow(weight(&head)).map_err(BodyError::NoRoom)?;
        gather(body, settings.max_body, &mut reservation).await
    };
    let read = timeout(settings.read_timeout, reading).await;
    let read = read.unwrap_or(Err(BodyError::TooSlow));
    let whole = read.and_then(|body| Ok((body, reservation.finish().map_err(BodyError::NoRoom)?)));
    let (body, reservation) = whole.map_err(|error| error.ending(settings, metrics))?;
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let delivery = Delivery {
        id,
        received,
        method: head.method,
        target: target.to_owned(),
        headers: head.headers,
        body: Bytes::from_owner(ReservedBody {
            body,
            _reservation: reservation.clone(),
        }),
        client,
    };
    let deadline = Instant::now() + settings.answer_deadline;
    Ok(admitted.arrive(Arc::new(delivery), Some(reservation), deadline))
}

/// Bytes of memory that the head of a request takes.
fn weight(head: &Parts) -> usize {
    let target = head.uri.path_and_query();
    let target = target.map_or(0, |target| target.as_str().len());
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD);
    target + headers.sum::<usize>()
}

enum BodyError {
    TooLarge,
    TooSlow,
    NoRoom(NoRoom),
    BrokenOff(hyper::Error),
}

impl BodyError {
    fn ending(self, settings: &GatewaySettings, metrics: &GatewayMetrics) -> HttpEnding {
        let (limit, ending) = match self {
            Self::TooLarge => {
                let limit = settings.max_body;
                (Some(ReachedLimit::Body), Outcome::TooLarge { limit }.into())
            }
            Self::TooSlow => (Some(ReachedLimit::ReadTimeout), Outcome::TooSlow.into()),
            Self::NoRoom(why) => {
                let busy = Ending::unavailable(UnavailableCause::Busy);
                (
                    Some(ReachedLimit::BodyMemory),
                    busy.because(why.to_string()),
                )
            }
            Self::BrokenOff(error) => {
                let why = format!("the body did not arrive whole: {error}");
                (None, Ending::from(Outcome::Malformed).because(why))
            }
        };
        if let Some(limit) = limit {
            metrics.limit(limit);
        }
        HttpEnding::closing(ending)
    }
}

async fn gather(
    mut body: Incoming,
    limit: usize,
    reservation: &mut EvictableReservation,
) -> Result<Vec<u8>, BodyError> {
    let length = body.size_hint().exact();
    let most = length.and_then(|length| usize::try_from(length).ok());
    let most = most.map_or(limit, |length| length.min(limit));
    let mut gathered = Vec::new();
    let mut rate = ArrivalRate::begin();
    loop {
        let frame = tokio::select! {
            // An evicted delivery ends, even if more of its body has arrived.
            biased;
            why = reservation.evicted() => return Err(BodyError::NoRoom(why)),
            frame = timeout_at(rate.until(), body.frame()) => frame,
        };
        let data = match frame {
            Ok(None) => return Ok(gathered),
            Ok(Some(frame)) => frame.map_err(BodyError::BrokenOff)?.into_data().ok(),
            Err(_) => None,
        };
        let data = data.unwrap_or_default();
        rate.arrived(data.len());
        if !rate.is_kept() {
            return Err(BodyError::TooSlow);
        }
        let length = gathered.len() + data.len();
        if length > limit {
            return Err(BodyError::TooLarge);
        }
        if length > gathered.capacity() {
            // Doubled, as `Vec` does, but no more than the body may still need.
            let capacity = length
                .saturating_mul(2)
                .max(FIRST_RESERVATION)
                .min(most)
                .max(length);
            let more = capacity - gathered.capacity();
            reservation.grow(more).map_err(BodyError::NoRoom)?;
            gathered.reserve_exact(capacity - gathered.len());
        }
        gathered.extend_from_slice(&data);
    }
}

/// A body with its reservation, which ends when the last clone of the body is dropped.
struct ReservedBody {
    body: Vec<u8>,
    _reservation: Reservation,
}

impl AsRef<[u8]> for ReservedBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
