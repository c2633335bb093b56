//! An [`Admin`] as HTTP.

mod answer;
mod guard;

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use bellpull_core::ReceiverId;
use bellpull_gateway::{AdminPages, AdminRequest};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use tower::ServiceExt as _;

use self::answer::{answer, invalid, refuse};
use crate::admin::Admin;
use crate::api::{DeliveryRequest, FilterRequest, LevelView, NotifyRequest};
use crate::error::{AdminError, ErrorKind};

/// Longest body of a request, bytes.
const LONGEST: usize = 64 << 10;

/// Serves the API.
#[derive(Clone)]
pub struct AdminRoutes(Router);

impl AdminRoutes {
    /// The routes of `/v1`.
    #[must_use]
    pub fn new<A: Admin>(admin: Arc<A>) -> Self {
        let routes = Router::new()
            .route("/v1/deliveries", get(deliveries::<A>))
            .route("/v1/deliveries/{id}", get(delivery::<A>))
            .route("/v1/deliveries/{id}/replay", post(replay::<A>))
            .route("/v1/receivers", get(receivers::<A>))
            .route("/v1/receivers/{namespace}/{name}/path", get(path::<A>))
            .route("/v1/receivers/{namespace}/{name}/notify", post(notify::<A>))
            .route("/v1/summary", get(summary::<A>))
            .route("/v1/filter", post(filter::<A>))
            .route("/v1/plugins", get(plugins::<A>))
            .route("/v1/log-level", get(level::<A>).put(set_level::<A>))
            .method_not_allowed_fallback(wrong_method)
            .fallback(unknown)
            .with_state(admin);
        Self(routes)
    }

    /// The same with more routes, such as pages.
    #[must_use]
    pub fn with(self, routes: Router) -> Self {
        Self(routes.merge(self.0))
    }
}

impl AdminPages for AdminRoutes {
    async fn answer(&self, request: AdminRequest) -> http::Response<Full<Bytes>> {
        let guarded = self
            .0
            .clone()
            .layer(DefaultBodyLimit::max(LONGEST))
            .layer(middleware::from_fn(guard::guard));
        let request = request.map(axum::body::Body::new);
        let response = match guarded.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let collected = body.collect().await;
        let bytes = collected.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
        http::Response::from_parts(parts, Full::new(bytes))
    }
}

async fn deliveries<A: Admin>(
    State(admin): State<Arc<A>>,
    query: Result<Query<DeliveryRequest>, QueryRejection>,
) -> Response {
    match query {
        Ok(Query(request)) => answer(admin.deliveries(request).await),
        Err(wrong) => invalid(&wrong.body_text()),
    }
}

async fn delivery<A: Admin>(State(admin): State<Arc<A>>, Path(id): Path<String>) -> Response {
    answer(admin.delivery(&id).await)
}

async fn replay<A: Admin>(State(admin): State<Arc<A>>, Path(id): Path<String>) -> Response {
    answer(admin.replay(&id).await)
}

async fn receivers<A: Admin>(State(admin): State<Arc<A>>) -> Response {
    answer(admin.receivers().await)
}

async fn path<A: Admin>(
    State(admin): State<Arc<A>>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let receiver = ReceiverId::new(namespace, name);
    answer(admin.webhook_path(&receiver).await)
}

async fn notify<A: Admin>(
    State(admin): State<Arc<A>>,
    Path((namespace, name)): Path<(String, String)>,
    body: Result<Json<NotifyRequest>, JsonRejection>,
) -> Response {
    let receiver = ReceiverId::new(namespace, name);
    match body {
        Ok(Json(request)) => answer(admin.notify(&receiver, request).await),
        Err(wrong) => invalid(&wrong.body_text()),
    }
}

async fn summary<A: Admin>(State(admin): State<Arc<A>>) -> Response {
    answer(admin.summary().await)
}

async fn filter<A: Admin>(
    State(admin): State<Arc<A>>,
    body: Result<Json<FilterRequest>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(request)) => answer(admin.filter(request).await),
        Err(wrong) => invalid(&wrong.body_text()),
    }
}

async fn plugins<A: Admin>(State(admin): State<Arc<A>>) -> Response {
    answer(admin.plugins().await)
}

async fn level<A: Admin>(State(admin): State<Arc<A>>) -> Response {
    answer(admin.log_level().await)
}

async fn set_level<A: Admin>(
    State(admin): State<Arc<A>>,
    body: Result<Json<LevelView>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(level)) => answer(admin.set_log_level(level).await),
        Err(wrong) => invalid(&wrong.body_text()),
    }
}

async fn wrong_method() -> Response {
    let error = AdminError::new(
        ErrorKind::Invalid,
        "this path takes another method; host/README.md lists them",
    );
    (http::StatusCode::METHOD_NOT_ALLOWED, Json(error)).into_response()
}

async fn unknown() -> Response {
    refuse(AdminError::new(
        ErrorKind::NotFound,
        "there is no such path: /v1/deliveries, /v1/receivers, /v1/summary, /v1/plugins and /v1/log-level are",
    ))
}
