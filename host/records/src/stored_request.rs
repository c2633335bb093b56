use std::sync::Arc;

use bellpull_core::http::{HeaderMap, Method};
use bellpull_core::{Acceptance, Bytes, DeliveryClient, DeliveryId, ReceiverId, Timestamp};

use crate::record::DeliveryRecord;

/// The request of a recorded delivery, for a replay in this process. It holds credentials.
pub struct StoredRequest {
    pub receiver: ReceiverId,
    pub method: Method,
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub client: DeliveryClient,
    /// `None`: it was not kept, and was not empty.
    pub body: Option<Bytes>,
    /// What was told of it then. `None`: it was not accepted.
    pub acceptance: Option<Arc<Acceptance>>,
}

impl StoredRequest {
    pub(crate) fn of(record: &DeliveryRecord) -> Self {
        let request = &record.request;
        // Of what was refused before its body, the body is not known.
        let is_empty = record.is_proven() && request.body_bytes == 0;
        let empty = || is_empty.then(Bytes::new);
        Self {
            receiver: record.receiver.clone(),
            method: request.method.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            client: request.client.clone(),
            body: request.body.clone().or_else(empty),
            acceptance: record.acceptance.clone(),
        }
    }
}

impl StoredRequest {
    /// The request target with this path.
    #[must_use]
    pub fn target(&self, path: &str) -> String {
        if self.query.is_empty() {
            return path.to_owned();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        format!("{path}?{}", query.finish())
    }
}

/// The last recorded delivery of a Receiver.
#[derive(Clone, Debug)]
pub struct LastRecord {
    pub id: DeliveryId,
    pub received: Timestamp,
    /// The name of the outcome.
    pub outcome: &'static str,
}

impl LastRecord {
    pub(crate) fn of(record: &DeliveryRecord) -> Self {
        Self {
            id: record.id.clone(),
            received: record.received,
            outcome: record.ended.outcome,
        }
    }
}
