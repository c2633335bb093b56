//! An [`Admin`] as HTTP.

mod access;
mod answer;
mod guard;
mod handlers;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use bellpull_gateway::{AdminPages, AdminRequest};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use tower::ServiceExt as _;

use self::access::Guarded;
pub use self::access::{Access, AskedAction, Checked};
use self::handlers::{
    deliveries, delivery, filter, level, notify, path, plugins, receivers, replay, set_level,
    summary, unknown, wrong_method,
};
use crate::admin::Admin;

/// Longest body of a request, bytes.
const LONGEST: usize = 64 << 10;

/// Serves the API.
#[derive(Clone)]
pub struct AdminRoutes(Router);

impl AdminRoutes {
    /// The routes of `/v1`. Without `access` everybody may ask who reaches them.
    #[must_use]
    pub fn new<A: Admin>(admin: Arc<A>, access: Option<Arc<dyn Access>>) -> Self {
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
            .with_state(Guarded { admin, access });
        Self(routes)
    }

    /// The same with more routes, such as pages. They are served to everybody who reaches them.
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
