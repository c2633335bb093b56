//! The console: web pages for whoever runs Bellpull, over an [`Admin`].
//!
//! Every page is rendered here and works without script. With script, forms answer in place and lists
//! follow what happens. Nothing is fetched from elsewhere, and nothing is changed by GET.

mod assets;
mod failure;
mod layout;
mod links;
mod outcomes;
mod pages;
mod protection;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};
use bellpull_admin::Admin;

use pages::{deliveries, delivery, filter, now, receivers, replay};

/// The pages over an [`Admin`]. They are to be served on loopback, behind the checks of
/// [`AdminRoutes`](bellpull_admin::AdminRoutes).
pub fn pages<A: Admin>(admin: Arc<A>) -> Router {
    Router::new()
        .route("/", get(now::page::<A>))
        .route("/deliveries", get(deliveries::page::<A>))
        .route("/deliveries/tail", get(deliveries::tail::<A>))
        .route("/deliveries/find", get(deliveries::find))
        .route("/deliveries/{id}", get(delivery::page::<A>))
        .route("/deliveries/{id}/replay", post(replay::replay::<A>))
        .route("/receivers", get(receivers::page::<A>))
        .route(
            "/receivers/{namespace}/{name}/path",
            post(receivers::webhook_path::<A>),
        )
        .route(
            "/receivers/{namespace}/{name}/notify",
            post(receivers::notify::<A>),
        )
        .route("/filter", get(filter::page).post(filter::evaluate::<A>))
        .route("/assets/{version}/{name}", get(assets::answer))
        .layer(middleware::from_fn(protection::protect))
        .with_state(admin)
}
