use std::sync::{Arc, OnceLock};

use bellpull_core::{Acceptance, Bytes, Event, limits, text};
use cel::common::value::Val;

use super::request_body::ParsedBody;
use super::{DeliveryVariable, ReceiverVariable, RequestBody, RequestBodyError, event};
use crate::value::{DeclaredObject, Map};

/// The memory of a converted event, as a multiple of the event's own.
const CONVERTED: usize = 2;

/// One event of a delivery, for every filter that is evaluated over it. A variable is converted
/// when an expression first reads it, and only once.
#[derive(Debug)]
pub struct EventFacts {
    delivery: Arc<DeliveryFacts>,
    index: usize,
    /// The payload that the provider unwrapped. It replaces the body of the request.
    payload: Option<ParsedBody>,
    event: OnceLock<DeclaredObject>,
}

/// What all events of one delivery share.
#[derive(Debug)]
struct DeliveryFacts {
    acceptance: Arc<Acceptance>,
    body: ParsedBody,
    delivery: DeliveryVariable,
    receiver: Arc<ReceiverVariable>,
    converted: ConvertedVariables,
}

#[derive(Debug, Default)]
struct ConvertedVariables {
    delivery: OnceLock<DeclaredObject>,
    receiver: OnceLock<DeclaredObject>,
    claims: OnceLock<Option<Map>>,
}

impl EventFacts {
    /// The facts of each event of a delivery. Nothing is converted yet.
    #[must_use]
    pub fn of_each(
        acceptance: Arc<Acceptance>,
        body: RequestBody,
        delivery: DeliveryVariable,
        receiver: Arc<ReceiverVariable>,
    ) -> Vec<Self> {
        let payload = |event: &Event| {
            let payload = event.payload.clone()?;
            Some(ParsedBody::new(RequestBody::Json(Bytes::from(payload))))
        };
        let payloads: Vec<_> = acceptance.events.iter().map(payload).collect();
        let delivery = Arc::new(DeliveryFacts {
            acceptance,
            body: ParsedBody::new(body),
            delivery,
            receiver,
            converted: ConvertedVariables::default(),
        });
        let payloads = payloads.into_iter().enumerate();
        let facts = payloads.map(|(index, payload)| Self {
            delivery: Arc::clone(&delivery),
            index,
            payload,
            event: OnceLock::new(),
        });
        facts.collect()
    }

    /// Whether the delivery was authenticated by a token, whose claims a filter may read.
    #[must_use]
    pub fn has_claims(&self) -> bool {
        self.delivery.acceptance.claims.is_some()
    }

    /// The number and the kind of the event, for people.
    #[must_use]
    pub fn title(&self) -> String {
        let event = self.delivery.acceptance.events.get(self.index);
        let kind = event.map_or("", |event| &event.kind);
        let kind = text::printable(kind, limits::GUEST_TEXT);
        format!("event {}: {kind}", self.index + 1)
    }

    /// Whether `req` can be read. When a filter reads `req` and it cannot, the delivery is
    /// *malformed*.
    ///
    /// # Errors
    /// When the body is not what its type says.
    pub fn check_request(&self) -> Result<(), RequestBodyError> {
        self.request().map(|_| ()).map_err(Clone::clone)
    }

    /// The memory that reading all events of a delivery takes at most, bytes. The body and the
    /// payloads count when `req` is read.
    pub(crate) fn memory(all: &[Self], reads_request: bool) -> usize {
        let Some(first) = all.first() else {
            return 0;
        };
        let request = if reads_request {
            let payloads = all.iter().filter_map(|facts| facts.payload.as_ref());
            let unwrapped: usize = payloads.map(ParsedBody::memory).sum();
            let reads_body = all.iter().any(|facts| facts.payload.is_none());
            let body = reads_body.then(|| first.delivery.body.memory());
            unwrapped + body.unwrap_or(0)
        } else {
            0
        };
        request + CONVERTED * first.delivery.acceptance.weight()
    }

    fn request(&self) -> Result<&Map, &RequestBodyError> {
        let body = self.payload.as_ref().unwrap_or(&self.delivery.body);
        body.parsed()
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&dyn Val> {
        let DeliveryFacts {
            acceptance,
            delivery,
            receiver,
            converted,
            ..
        } = &*self.delivery;
        Some(match name {
            "req" => self.request().ok()?,
            "event" => {
                let object = || event::object(acceptance, self.index);
                self.event.get_or_init(object)
            }
            "delivery" => converted.delivery.get_or_init(|| delivery.object()),
            "receiver" => converted.receiver.get_or_init(|| receiver.object()),
            "claims" => {
                let claims = || acceptance.claims.as_deref().map(Map::from);
                converted.claims.get_or_init(claims).as_ref()?
            }
            _ => return None,
        })
    }
}
