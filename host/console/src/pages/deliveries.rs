//! The list of deliveries, which new ones join as they come.

mod choice;
mod rows;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use bellpull_admin::Admin;
use bellpull_admin::api::DeliveryRequest;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Failure;
use crate::layout::{ConsolePage, missing};
use crate::links;
use choice::DeliveryChoice;

/// Deliveries of a page. The script keeps no more either.
const LISTED: usize = 200;
/// Seconds that a request for new deliveries waits: less than a command waits for an answer.
const WAIT: u64 = 15;

/// A request for deliveries that are newer than those shown.
#[derive(Deserialize)]
pub(crate) struct TailRequest {
    after: String,
    #[serde(flatten)]
    choice: DeliveryChoice,
}

#[derive(Deserialize)]
pub(crate) struct FindRequest {
    id: String,
}

/// The newest deliveries.
pub(crate) async fn page<A: Admin>(
    State(admin): State<Arc<A>>,
    Query(choice): Query<DeliveryChoice>,
) -> Result<ConsolePage, Failure> {
    let request = DeliveryRequest {
        limit: Some(LISTED),
        ..choice.request()
    };
    let list = admin.deliveries(request).await?;
    let body = html! {
        (missing(&list.missing))
        (choice.form())
        (find_form())
        p #told role="status" aria-live="polite" {}
        div.wide tabindex="0" role="region" aria-labelledby="listed" {
            table data-rows=(LISTED) {
                caption #listed { "The newest " (LISTED) " at most. New ones appear by themselves. Times are UTC." }
                (rows::head())
                (follow(&list.next, &choice))
                (rows::body(&list.deliveries))
            }
        }
    };
    Ok(ConsolePage::new("Deliveries", body).at(links::DELIVERIES))
}

/// What has come since, and where to ask next. There is no content if nothing has come.
pub(crate) async fn tail<A: Admin>(
    State(admin): State<Arc<A>>,
    Query(TailRequest { after, choice }): Query<TailRequest>,
) -> Result<Response, Failure> {
    let request = DeliveryRequest {
        limit: Some(LISTED),
        after: Some(after),
        wait: Some(WAIT),
        // What is new is young enough.
        since: None,
        ..choice.request()
    };
    let list = admin.deliveries(request).await?;
    if list.deliveries.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let fragment = html! {
        (follow(&list.next, &choice))
        (rows::new(&list.deliveries))
    };
    Ok(Html(fragment.into_string()).into_response())
}

/// Leads to the page of a delivery by its id.
pub(crate) async fn find(Query(FindRequest { id }): Query<FindRequest>) -> Redirect {
    Redirect::to(&links::delivery(id.trim()))
}

/// Asks for what is newer and takes its place. A request that fails is repeated.
fn follow(next: &str, choice: &DeliveryChoice) -> Markup {
    let after = serde_urlencoded::to_string([("after", next)]).unwrap_or_default();
    html! {
        tbody data-live
            hx-get={ (links::DELIVERIES) "/tail?" (after) "&" (choice.query()) }
            hx-trigger="every 1s" hx-sync="this:drop" hx-swap="outerHTML" {}
    }
}

fn find_form() -> Markup {
    html! {
        form.choice action="/deliveries/find" method="get" role="search" aria-label="A delivery by its id" {
            label { "Id " input name="id" required size="36" autocomplete="off" spellcheck="false"; }
            button { "Open" }
        }
    }
}
