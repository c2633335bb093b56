//! The API for whoever runs the process. It listens on loopback: what it tells is not for senders.

use std::sync::Arc;

use bellpull_core::Timestamp;
use bellpull_records::{DeliveryQuery, RecordStore};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use serde::Serialize;

use crate::listener::{Caller, Endpoint};
use crate::probes::{JSON, TEXT, path_of_get, text};

const DELIVERIES: &str = "/v1/deliveries";
/// Records of one answer, unless the query asks for another number.
const LISTED: usize = 100;

/// `/v1/deliveries` and `/v1/deliveries/ID`.
pub(crate) struct AdminEndpoint {
    pub(crate) records: Arc<RecordStore>,
}

impl Endpoint for AdminEndpoint {
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        _: Caller,
    ) -> Response<Full<Bytes>> {
        // A page of a browser cannot read the answer, and this keeps a name that leads to loopback out.
        if !is_for_loopback(&request) {
            return text(
                StatusCode::FORBIDDEN,
                TEXT,
                "ask by the address of loopback, or by localhost\n",
            );
        }
        let Some(path) = path_of_get(&request) else {
            return text(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET it\n");
        };
        if path == DELIVERIES {
            return match query(request.uri().query().unwrap_or_default()) {
                Ok(query) => blocking(move || json(&self.records.find(&query))).await,
                Err(wrong) => text(StatusCode::BAD_REQUEST, TEXT, format!("{wrong}\n")),
            };
        }
        let id = path
            .strip_prefix(DELIVERIES)
            .and_then(|rest| rest.strip_prefix('/'));
        match id.map(|id| self.records.get(id)) {
            Some(Some(record)) => json(&record),
            Some(None) => text(
                StatusCode::NOT_FOUND,
                TEXT,
                "no record has this id: it never was, or it made room for newer ones\n",
            ),
            None => text(
                StatusCode::NOT_FOUND,
                TEXT,
                "GET /v1/deliveries or /v1/deliveries/ID\n",
            ),
        }
    }
}

/// Whether the request names this machine as its host (RFC 9110, section 7.2).
fn is_for_loopback(request: &Request<Incoming>) -> bool {
    let header = request.headers().get(http::header::HOST);
    let header = header.and_then(|host| host.to_str().ok());
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let Some(authority) = authority.or(header) else {
        return false;
    };
    let parsed: Result<http::uri::Authority, _> = authority.parse();
    parsed.is_ok_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        let address = host.parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
    })
}

/// # Errors
/// When a parameter is unknown or has a wrong value: names it.
fn query(text: &str) -> Result<DeliveryQuery, String> {
    let mut query = DeliveryQuery {
        limit: Some(LISTED),
        ..DeliveryQuery::default()
    };
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let wrong = |expected: &str| format!("{name} is {value:?}: write {expected}");
        match &*name {
            "namespace" => query.namespace = Some(value.into_owned()),
            "receiver" => query.receiver = Some(value.into_owned()),
            "outcome" => query.outcome = Some(value.into_owned()),
            "since" => {
                let since: Result<Timestamp, _> = value.parse();
                query.since = Some(since.map_err(|_| wrong("a time as of RFC 3339"))?);
            }
            "limit" => {
                let limit = value.parse().map_err(|_| wrong("a number"))?;
                query.limit = Some(limit);
            }
            _ => {
                return Err(format!(
                    "{name:?} is no parameter: the parameters are namespace, receiver, outcome, since \
                     and limit"
                ));
            }
        }
    }
    Ok(query)
}

/// Runs what takes long: many records are searched for secrets, and no delivery must wait for that.
async fn blocking(
    work: impl FnOnce() -> Response<Full<Bytes>> + Send + 'static,
) -> Response<Full<Bytes>> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "the records cannot be read");
        text(
            StatusCode::INTERNAL_SERVER_ERROR,
            TEXT,
            "the records cannot be read; see the log\n",
        )
    })
}

fn json(value: &impl Serialize) -> Response<Full<Bytes>> {
    match serde_json::to_vec(value) {
        Ok(bytes) => text(StatusCode::OK, JSON, bytes),
        Err(error) => {
            tracing::error!(%error, "cannot write records as JSON");
            text(
                StatusCode::INTERNAL_SERVER_ERROR,
                TEXT,
                "the records cannot be written; see the log\n",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_says_what_is_wrong() {
        let read =
            query("namespace=a&receiver=b&outcome=notified&limit=7&since=2026-01-02T03:04:05Z");
        let expected = DeliveryQuery {
            namespace: Some("a".into()),
            receiver: Some("b".into()),
            outcome: Some("notified".into()),
            since: Some("2026-01-02T03:04:05Z".parse().unwrap()),
            limit: Some(7),
        };
        assert_eq!(read, Ok(expected));
        assert_eq!(query("").map(|query| query.limit), Ok(Some(LISTED)));
        for (text, expected) in [
            ("since=yesterday", "since is \"yesterday\": write a time"),
            ("limit=-1", "limit is \"-1\": write a number"),
            ("reciever=b", "\"reciever\" is no parameter"),
        ] {
            let error = query(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
