use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bellpull_core::{Bytes, Event};
use cel::common::value::Val;
use serde::Deserialize as _;

use crate::convert;
use crate::request::{Request, RequestError};
use crate::value::{Map, Node, Object};

/// What the event takes as expressions see it, times what it takes itself.
const CONVERTED: usize = 2;

/// What is known of one delivery, for all the filters that it meets. What an expression reads is
/// made when it is first read, once.
#[derive(Debug)]
pub struct Facts {
    event: Arc<Event>,
    request: Request,
    delivery: DeliveryFacts,
    receiver: Arc<ReceiverFacts>,
    claims: Option<Map>,
    made: Made,
}

#[derive(Debug, Default)]
struct Made {
    request: OnceLock<Result<Map, RequestError>>,
    event: OnceLock<Object>,
    delivery: OnceLock<Object>,
    receiver: OnceLock<Object>,
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
    /// The facts of a delivery; nothing is converted yet.
    #[must_use]
    pub fn new(
        event: Arc<Event>,
        request: Request,
        delivery: DeliveryFacts,
        receiver: Arc<ReceiverFacts>,
    ) -> Self {
        // What the provider unwrapped stands in for what it was wrapped in.
        let request = match &event.payload {
            Some(payload) => Request::Json(Bytes::from(payload.clone())),
            None => request,
        };
        Self {
            event,
            request,
            delivery,
            receiver,
            claims: None,
            made: Made::default(),
        }
    }

    /// With the claims of a verified token.
    #[must_use]
    pub fn with_claims(mut self, claims: &serde_json::Map<String, serde_json::Value>) -> Self {
        self.claims = Some(json_map(claims));
        self
    }

    /// Whether `req` can be read: a caller answers *malformed* where a filter reads it and it
    /// cannot.
    ///
    /// # Errors
    /// When the body is not what its type says.
    pub fn check_request(&self) -> Result<(), RequestError> {
        self.request().map(|_| ()).map_err(Clone::clone)
    }

    /// What it takes in memory to read the event, and the request where `req` is asked for, bytes.
    pub(crate) fn weight(&self, reads_request: bool) -> usize {
        let request = if reads_request {
            self.request.weight()
        } else {
            0
        };
        request + CONVERTED * self.event.weight()
    }

    fn request(&self) -> Result<&Map, &RequestError> {
        self.made
            .request
            .get_or_init(|| self.request.parse())
            .as_ref()
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&dyn Val> {
        Some(match name {
            "req" => self.request().ok()?,
            "event" => self.made.event.get_or_init(|| convert::event(&self.event)),
            "delivery" => self
                .made
                .delivery
                .get_or_init(|| convert::delivery(&self.delivery)),
            "receiver" => self
                .made
                .receiver
                .get_or_init(|| convert::receiver(&self.receiver)),
            "claims" => self.claims.as_ref()?,
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
