//! One function for each request of `/v1`. Whoever asks is checked before anything is done.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use bellpull_core::ReceiverId;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::access::Guarded;
use super::answer::{answer, refuse};
use crate::admin::{Admin, Answer};
use crate::api::{DeliveryRequest, FilterRequest, LevelView, NotifyRequest, ReceiverRequest};
use crate::error::{AdminError, ErrorKind};

/// The body of a request, an object, or what is wrong with it.
type Body = Result<Json<Map<String, Value>>, JsonRejection>;

pub(super) async fn deliveries<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    query: Result<Query<DeliveryRequest>, QueryRejection>,
) -> Response {
    let listed = async {
        let Query(request) = query.map_err(|wrong| invalid(&wrong.body_text()))?;
        let namespace = request.namespace.as_deref();
        guarded
            .allow(&headers, "list", "deliveries", namespace)
            .await?;
        guarded.admin.deliveries(request).await
    };
    answer(listed.await)
}

pub(super) async fn delivery<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let told = async {
        guarded
            .allow_of_delivery(&headers, "get", "deliveries", &id)
            .await?;
        guarded.admin.delivery(&id).await
    };
    answer(told.await)
}

pub(super) async fn replay<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let replayed = async {
        guarded
            .allow_of_delivery(&headers, "create", "deliveries/replay", &id)
            .await?;
        guarded.admin.replay(&id).await
    };
    answer(replayed.await)
}

pub(super) async fn receivers<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    query: Result<Query<ReceiverRequest>, QueryRejection>,
) -> Response {
    let listed = async {
        let Query(request) = query.map_err(|wrong| invalid(&wrong.body_text()))?;
        let namespace = request.namespace.as_deref();
        guarded
            .allow(&headers, "list", "receivers", namespace)
            .await?;
        let mut list = guarded.admin.receivers().await?;
        if let Some(namespace) = namespace {
            list.receivers
                .retain(|known| known.id.namespace == namespace);
        }
        Ok(list)
    };
    answer(listed.await)
}

pub(super) async fn path<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let told = async {
        guarded
            .allow(&headers, "get", "receivers/path", Some(&namespace))
            .await?;
        let receiver = ReceiverId::new(&namespace, &name);
        guarded.admin.webhook_path(&receiver).await
    };
    answer(told.await)
}

pub(super) async fn notify<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    Path((namespace, name)): Path<(String, String)>,
    body: Body,
) -> Response {
    let notified = async {
        guarded
            .allow(&headers, "create", "receivers/notify", Some(&namespace))
            .await?;
        let receiver = ReceiverId::new(&namespace, &name);
        let request: NotifyRequest = read(body)?;
        guarded.admin.notify(&receiver, request).await
    };
    answer(notified.await)
}

pub(super) async fn summary<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
) -> Response {
    let told = async {
        guarded.allow(&headers, "get", "summary", None).await?;
        guarded.admin.summary().await
    };
    answer(told.await)
}

pub(super) async fn filter<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let tried = async {
        let request: FilterRequest = read(body)?;
        guarded
            .allow_of_delivery(&headers, "create", "deliveries/filter", &request.delivery)
            .await?;
        guarded.admin.filter(request).await
    };
    answer(tried.await)
}

pub(super) async fn plugins<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
) -> Response {
    let listed = async {
        guarded.allow(&headers, "list", "plugins", None).await?;
        guarded.admin.plugins().await
    };
    answer(listed.await)
}

pub(super) async fn level<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
) -> Response {
    let told = async {
        guarded.allow(&headers, "get", "loglevel", None).await?;
        guarded.admin.log_level().await
    };
    answer(told.await)
}

pub(super) async fn set_level<A: Admin>(
    State(guarded): State<Guarded<A>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let changed = async {
        guarded.allow(&headers, "update", "loglevel", None).await?;
        let level: LevelView = read(body)?;
        guarded.admin.set_log_level(level).await
    };
    answer(changed.await)
}

pub(super) async fn wrong_method() -> Response {
    let error = AdminError::new(
        ErrorKind::Invalid,
        "this path takes another method; host/README.md lists them",
    );
    (StatusCode::METHOD_NOT_ALLOWED, Json(error)).into_response()
}

pub(super) async fn unknown() -> Response {
    refuse(AdminError::new(
        ErrorKind::NotFound,
        "there is no such path: /v1/deliveries, /v1/receivers, /v1/summary, /v1/filter, /v1/plugins and /v1/log-level are",
    ))
}

/// The members of an object. A list, from which the members could be read in their order, is none.
fn read<T: DeserializeOwned>(body: Body) -> Answer<T> {
    let Json(members) = body.map_err(|wrong| invalid(&wrong.body_text()))?;
    let value = serde_json::from_value(Value::Object(members));
    value.map_err(|wrong| invalid(&wrong.to_string()))
}

fn invalid(message: &str) -> AdminError {
    AdminError::new(ErrorKind::Invalid, message)
}
