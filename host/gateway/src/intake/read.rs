use std::sync::Arc;

use bellpull_core::ports::Host;
use bellpull_core::{Delivery, DeliveryId, Outcome, Timestamp, UnavailableCause};
use bellpull_road::{Arrived, Ending, Passage};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use super::admit::Awaited;
use crate::metrics::{Limit, Metrics};
use crate::parting::Parting;
use crate::settings::Settings;

/// Reads the body into the room that was reserved for it.
pub(crate) async fn read<H: Host>(
    awaited: Awaited<H>,
    id: DeliveryId,
    received: Timestamp,
    settings: &Settings,
    metrics: &Metrics,
) -> Result<Passage<H, Arrived>, Parting> {
    let Awaited {
        admitted,
        request,
        room,
    } = awaited;
    let (head, body) = request.into_parts();
    let reading = gather(body, room.bytes());
    let body = match timeout(settings.read_timeout, reading).await {
        Ok(Ok(body)) => body,
        Ok(Err(Unread::TooLarge)) => {
            metrics.limit(Limit::Body);
            let limit = settings.max_body;
            return Err(Parting::closing(Outcome::TooLarge { limit }.into()));
        }
        Ok(Err(Unread::BrokenOff(error))) => {
            let why = format!("the body did not arrive whole: {error}");
            return Err(Parting::closing(
                Ending::from(Outcome::Malformed).because(why),
            ));
        }
        Err(_) => {
            metrics.limit(Limit::ReadTimeout);
            let ending = Ending::unavailable(UnavailableCause::ReadTimeout);
            return Err(Parting::closing(ending));
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
    let deadline = Instant::now() + settings.answer_deadline;
    Ok(admitted.arrive(Arc::new(delivery), deadline))
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
