//! The replay of a delivery.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use bellpull_admin::Admin;
use bellpull_admin::api::{Replayed, ReplayedFrom};
use http::HeaderMap;
use maud::{Markup, html};

use crate::failure::told;
use crate::layout::{ConsolePage, result};
use crate::outcomes::badge;
use crate::{links, text};

/// A button that has to be confirmed.
pub(crate) fn form(id: &str) -> Markup {
    let action = format!("{}/replay", links::delivery(id));
    html! {
        details.confirm {
            summary { "Replay…" }
            form action=(action) method="post"
                hx-post=(action) hx-target="#replayed" hx-disabled-elt="find button" {
                p { "The delivery takes its road again, and notifies the targets that it selects now." }
                button { "Replay now" }
            }
            div #replayed role="status" aria-live="polite" {}
        }
    }
}

/// Replays a delivery and shows what it came to.
pub(crate) async fn replay<A: Admin>(
    State(admin): State<Arc<A>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let body = match admin.replay(&id).await {
        Ok(replayed) => came_to(&replayed),
        Err(error) => told(&error),
    };
    result(
        &headers,
        ConsolePage::new("Replay", body).at(links::DELIVERIES),
    )
}

fn came_to(replayed: &Replayed) -> Markup {
    let ended = &replayed.ended;
    html! {
        p {
            (badge(&ended.outcome)) " " (ended.status) " " (text::line(&ended.message)) ". "
            a href=(links::delivery(&replayed.id)) { "Open the new delivery" }
        }
        @if let Some(reason) = &ended.reason { p { (text::line(reason)) } }
        p {
            @match replayed.from {
                ReplayedFrom::Verification => "Its request was verified again.",
                ReplayedFrom::Verdict => "The verdict of then was taken.",
            }
            @if let Some(why) = &replayed.why { " Because " (text::line(why)) "." }
        }
    }
}
