use std::sync::Arc;

use bellpull_core::{Delivery, DeliveryId, Outcome, Timestamp, UnavailableCause};
use bellpull_ports::Host;
use bellpull_road::{Arrived, Ending, EvictableReservation, NoRoom, Reservation, Staged};
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout, timeout_at};

use super::admit::Awaited;
use super::pace::Pace;
use crate::metrics::{Limit, Metrics};
use crate::parting::Parting;
use crate::settings::Settings;

/// What is taken of memory at least for a body that has begun to arrive, bytes.
const FIRST_STEP: usize = 8 << 10;
/// What the map of headers takes for one beside its text, bytes.
const HEADER_OVERHEAD: usize = 64;

/// Has the header `host` say what HTTP/2 says in `:authority` (RFC 9113, section 8.3.1) and an absolute
/// request target in itself, which counts before a header (RFC 9112, section 3.2.2).
fn name_host(head: &mut Parts) {
    let authority = head.uri.authority().map(|authority| authority.as_str());
    if let Some(Ok(host)) = authority.map(HeaderValue::from_str) {
        head.headers.insert(HOST, host);
    }
}

/// Reads the body, for which memory is taken as it arrives.
pub(crate) async fn read<H: Host>(
    awaited: Awaited<H>,
    id: DeliveryId,
    received: Timestamp,
    settings: &Settings,
    metrics: &Metrics,
) -> Result<Staged<H, Arrived>, Parting> {
    let Awaited {
        admitted,
        request,
        mut reservation,
    } = awaited;
    let (mut head, body) = request.into_parts();
    name_host(&mut head);
    let reading = async {
        reservation.grow(weight(&head)).map_err(Unread::NoRoom)?;
        gather(body, settings.max_body, &mut reservation).await
    };
    let read = timeout(settings.read_timeout, reading).await;
    let read = read.unwrap_or(Err(Unread::TooSlow));
    let whole = read.and_then(|body| Ok((body, reservation.finish().map_err(Unread::NoRoom)?)));
    let (body, reservation) = whole.map_err(|unread| unread.parting(settings, metrics))?;
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
        body: Bytes::from_owner(Held {
            body,
            _reservation: reservation.clone(),
        }),
    };
    let deadline = Instant::now() + settings.answer_deadline;
    Ok(admitted.arrive(Arc::new(delivery), Some(reservation), deadline))
}

/// What the head of a request takes, bytes.
fn weight(head: &Parts) -> usize {
    let target = head.uri.path_and_query();
    let target = target.map_or(0, |target| target.as_str().len());
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD);
    target + headers.sum::<usize>()
}

enum Unread {
    TooLarge,
    TooSlow,
    NoRoom(NoRoom),
    BrokenOff(hyper::Error),
}

impl Unread {
    fn parting(self, settings: &Settings, metrics: &Metrics) -> Parting {
        let (limit, ending) = match self {
            Self::TooLarge => {
                let limit = settings.max_body;
                (Some(Limit::Body), Outcome::TooLarge { limit }.into())
            }
            Self::TooSlow => (Some(Limit::ReadTimeout), Outcome::TooSlow.into()),
            Self::NoRoom(why) => {
                let busy = Ending::unavailable(UnavailableCause::Busy);
                (Some(Limit::BodyMemory), busy.because(why.to_string()))
            }
            Self::BrokenOff(error) => {
                let why = format!("the body did not arrive whole: {error}");
                (None, Ending::from(Outcome::Malformed).because(why))
            }
        };
        if let Some(limit) = limit {
            metrics.limit(limit);
        }
        Parting::closing(ending)
    }
}

async fn gather(
    mut body: Incoming,
    limit: usize,
    reservation: &mut EvictableReservation,
) -> Result<Vec<u8>, Unread> {
    let length = body.size_hint().exact();
    let most = length.and_then(|length| usize::try_from(length).ok());
    let most = most.map_or(limit, |length| length.min(limit));
    let mut gathered = Vec::new();
    let mut pace = Pace::begin();
    loop {
        let frame = tokio::select! {
            // Whoever is told to end does so whatever else has come.
            biased;
            why = reservation.evicted() => return Err(Unread::NoRoom(why)),
            frame = timeout_at(pace.until(), body.frame()) => frame,
        };
        let data = match frame {
            Ok(None) => return Ok(gathered),
            Ok(Some(frame)) => frame.map_err(Unread::BrokenOff)?.into_data().ok(),
            Err(_) => None,
        };
        let data = data.unwrap_or_default();
        pace.arrived(data.len());
        if !pace.is_kept() {
            return Err(Unread::TooSlow);
        }
        let length = gathered.len() + data.len();
        if length > limit {
            return Err(Unread::TooLarge);
        }
        if length > gathered.capacity() {
            // Doubling, as `Vec` does, but never beyond what may still come.
            let capacity = length
                .saturating_mul(2)
                .max(FIRST_STEP)
                .min(most)
                .max(length);
            let more = capacity - gathered.capacity();
            reservation.grow(more).map_err(Unread::NoRoom)?;
            gathered.reserve_exact(capacity - gathered.len());
        }
        gathered.extend_from_slice(&data);
    }
}

/// A body, and the memory that it gives back when its last clone is dropped.
struct Held {
    body: Vec<u8>,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
