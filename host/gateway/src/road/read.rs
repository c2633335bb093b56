use std::sync::Arc;

use bellpull_core::ports::{Host, RouteOf};
use bellpull_core::{Delivery, DeliveryId, Outcome, Timestamp, UnavailableCause};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use super::Ending;
use super::admit::Admitted;
use crate::metrics::{Limit, Metrics};
use crate::settings::Settings;

/// A delivery that is whole.
pub(crate) struct Received<H: Host> {
    pub(crate) route: Arc<RouteOf<H>>,
    pub(crate) delivery: Arc<Delivery>,
    /// When it is answered at the latest.
    pub(crate) deadline: Instant,
}

/// Reads the body into the room that was reserved for it.
pub(crate) async fn read<H: Host>(
    admitted: Admitted<H>,
    id: DeliveryId,
    received: Timestamp,
    settings: &Settings,
    metrics: &Metrics,
) -> Result<Received<H>, Ending> {
    let Admitted {
        route,
        request,
        room,
    } = admitted;
    let (head, body) = request.into_parts();
    let reading = gather(body, room.bytes());
    let body = match timeout(settings.read_timeout, reading).await {
        Ok(Ok(body)) => body,
        Ok(Err(Unread::TooLarge)) => {
            metrics.limit(Limit::Body);
            let limit = settings.max_body;
            return Err(Ending::from(Outcome::TooLarge { limit }).closing());
        }
        Ok(Err(Unread::BrokenOff(error))) => {
            return Err(Ending::from(Outcome::Malformed)
                .because(format!("the body did not arrive whole: {error}"))
                .closing());
        }
        Err(_) => {
            metrics.limit(Limit::ReadTimeout);
            return Err(Ending::unavailable(UnavailableCause::ReadTimeout).closing());
        }
    };
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
        body: room.fill(body),
    };
    Ok(Received {
        route,
        delivery: Arc::new(delivery),
        deadline: Instant::now() + settings.answer_deadline,
    })
}

enum Unread {
    TooLarge,
    BrokenOff(hyper::Error),
}

async fn gather(mut body: Incoming, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut gathered = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Unread::BrokenOff)?.into_data() else {
            continue;
        };
        let length = gathered.len() + data.len();
        if length > limit {
            return Err(Unread::TooLarge);
        }
        if length > gathered.capacity() {
            // Doubling, as `Vec` does, but never beyond what is reserved.
            let capacity = length.saturating_mul(2).min(limit);
            gathered.reserve_exact(capacity - gathered.len());
        }
        gathered.extend_from_slice(&data);
    }
    Ok(gathered)
}
