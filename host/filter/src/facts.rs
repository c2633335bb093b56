use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bellpull_core::{Acceptance, Bytes, Event, limits, text};
use cel::common::value::Val;
use serde::Deserialize as _;

use crate::convert;
use crate::request::{Request, RequestError};
use crate::value::{Map, Node, Object};

/// What an event takes as expressions see it, times what it takes itself.
const CONVERTED: usize = 2;

/// What is known of one event of a delivery, for all the filters that it meets. What an expression
/// reads is made when it is first read, once.
#[derive(Debug)]
pub struct Facts {
    delivery: Arc<OfDelivery>,
    /// Which of its events.
    index: usize,
    /// What the provider unwrapped stands in for what it was wrapped in.
    payload: Option<Body>,
    event: OnceLock<Object>,
}

/// What all the events of one delivery share.
#[derive(Debug)]
struct OfDelivery {
    acceptance: Arc<Acceptance>,
    body: Body,
    delivery: DeliveryFacts,
    receiver: Arc<ReceiverFacts>,
    made: Made,
}

#[derive(Debug, Default)]
struct Made {
    delivery: OnceLock<Object>,
    receiver: OnceLock<Object>,
    claims: OnceLock<Option<Map>>,
}

#[derive(Debug)]
struct Body {
    request: Request,
    parsed: OnceLock<Result<Map, RequestError>>,
}

impl Body {
    fn new(request: Request) -> Self {
        Self {
            request,
            parsed: OnceLock::new(),
        }
    }

    fn parse(&self) -> Result<&Map, &RequestError> {
        self.parsed.get_or_init(|| self.request.parse()).as_ref()
    }
}

/// The parts of a request that expressions see as `delivery`. Whoever makes it leaves credentials
/// out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFacts {
    /// The method of HTTP.
    pub method: String,
    /// Parameters in the order of the query.
    pub query: Vec<(String, String)>,
    /// Headers in their order, names in any case.
    pub headers: Vec<(String, String)>,
}

/// What expressions see as `receiver`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverFacts {
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
}

impl Facts {
    /// The facts of each event of a delivery; nothing is converted yet.
    #[must_use]
    pub fn of_each(
        acceptance: Arc<Acceptance>,
        request: Request,
        delivery: DeliveryFacts,
        receiver: Arc<ReceiverFacts>,
    ) -> Vec<Self> {
        let payload = |event: &Event| {
            let payload = event.payload.clone()?;
            Some(Body::new(Request::Json(Bytes::from(payload))))
        };
        let payloads: Vec<_> = acceptance.events.iter().map(payload).collect();
        let delivery = Arc::new(OfDelivery {
            acceptance,
            body: Body::new(request),
            delivery,
            receiver,
            made: Made::default(),
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

    /// Which event of the delivery, for people.
    #[must_use]
    pub fn title(&self) -> String {
        let event = self.delivery.acceptance.events.get(self.index);
        let kind = event.map_or("", |event| &event.kind);
        let kind = text::printable(kind, limits::GUEST_TEXT);
        format!("event {}: {kind}", self.index + 1)
    }

    /// Whether `req` can be read: a caller answers *malformed* where a filter reads it and it
    /// cannot.
    ///
    /// # Errors
    /// When the body is not what its type says.
    pub fn check_request(&self) -> Result<(), RequestError> {
        self.request().map(|_| ()).map_err(Clone::clone)
    }

    /// What it takes in memory to read all events of a delivery, and where `req` is asked for its
    /// body and what stands in for that, bytes.
    pub(crate) fn weight(all: &[Self], reads_request: bool) -> usize {
        let Some(first) = all.first() else {
            return 0;
        };
        let request = if reads_request {
            let payloads = all.iter().filter_map(|facts| facts.payload.as_ref());
            let unwrapped: usize = payloads.map(|body| body.request.weight()).sum();
            let reads_body = all.iter().any(|facts| facts.payload.is_none());
            let body = reads_body.then(|| first.delivery.body.request.weight());
            unwrapped + body.unwrap_or(0)
        } else {
            0
        };
        request + CONVERTED * first.delivery.acceptance.weight()
    }

    fn request(&self) -> Result<&Map, &RequestError> {
        let body = self.payload.as_ref().unwrap_or(&self.delivery.body);
        body.parse()
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&dyn Val> {
        let OfDelivery {
            acceptance,
            delivery,
            receiver,
            made,
            ..
        } = &*self.delivery;
        Some(match name {
            "req" => self.request().ok()?,
            "event" => {
                let event = || convert::event(acceptance, self.index);
                self.event.get_or_init(event)
            }
            "delivery" => made.delivery.get_or_init(|| convert::delivery(delivery)),
            "receiver" => made.receiver.get_or_init(|| convert::receiver(receiver)),
            "claims" => {
                let claims = || acceptance.claims.as_deref().map(json_map);
                made.claims.get_or_init(claims).as_ref()?
            }
            _ => return None,
        })
    }
}

/// A resource as expressions see it: made once for each version of the object, cheap to copy.
#[derive(Clone, Debug)]
pub struct Resource(Map);

impl Resource {
    /// Of what Flux shows of a resource, and nothing else of it.
    #[must_use]
    pub fn new(api_version: &str, kind: &str, metadata: &serde_json::Value) -> Self {
        Self(Map::new(vec![
            ("apiVersion".to_owned(), Node::text(api_version)),
            ("kind".to_owned(), Node::text(kind)),
            ("metadata".to_owned(), json(metadata)),
        ]))
    }

    /// Of a whole object: what else it has than `apiVersion`, `kind` and `metadata` is not seen.
    #[must_use]
    pub fn of(object: &serde_json::Value) -> Self {
        let text = |name: &str| {
            let value = object.get(name).and_then(serde_json::Value::as_str);
            value.unwrap_or_default()
        };
        let metadata = object.get("metadata").unwrap_or(&serde_json::Value::Null);
        Self::new(text("apiVersion"), text("kind"), metadata)
    }

    pub(crate) fn value(&self) -> &dyn Val {
        &self.0
    }
}

/// JSON that is there already.
pub(crate) fn json(value: &serde_json::Value) -> Node {
    Node::deserialize(value).unwrap_or_else(|_| Node::text(value.to_string()))
}

pub(crate) fn json_map(members: &serde_json::Map<String, serde_json::Value>) -> Map {
    let members = members.iter();
    Map::new(
        members
            .map(|(name, value)| (name.clone(), json(value)))
            .collect(),
    )
}
