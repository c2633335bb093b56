//! A filter that is tried on a recorded delivery.

mod answer;

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use bellpull_admin::Admin;
use bellpull_admin::api::FilterRequest;
use http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;

use crate::layout::{ConsolePage, result};
use crate::links;
use crate::text;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilterFields {
    delivery: String,
    expression: String,
}

/// The form, for a delivery that the URL may name.
pub(crate) async fn page(Query(fields): Query<FilterFields>) -> ConsolePage {
    let body = html! {
        (form(&fields))
        div #tried role="status" aria-live="polite" {}
    };
    ConsolePage::new("Filter", body).at(links::FILTER)
}

/// Evaluates the expression. Nobody is notified.
pub(crate) async fn evaluate<A: Admin>(
    State(admin): State<Arc<A>>,
    headers: HeaderMap,
    Form(fields): Form<FilterFields>,
) -> Response {
    let request = FilterRequest {
        delivery: fields.delivery.trim().to_owned(),
        expression: fields.expression.clone(),
    };
    let tried = match admin.filter(request).await {
        Ok(filtered) => answer::shown(&filtered),
        // A caret stands below the place of the mistake.
        Err(error) => {
            html! { pre.alert tabindex="0" role="alert" { (text::lines(&error.message)) } }
        }
    };
    if headers.contains_key("hx-request") {
        return result(&headers, ConsolePage::new("Filter", tried));
    }
    let body = html! { (form(&fields)) (tried) };
    result(&headers, ConsolePage::new("Filter", body).at(links::FILTER))
}

fn form(fields: &FilterFields) -> Markup {
    html! {
        p {
            "An expression in CEL, as " code { "resourceFilter" } " and " code { "filter" } " of a Receiver have it, "
            "is evaluated for a recorded delivery and the objects that its Receiver references now. Nobody is "
            "notified."
        }
        form action=(links::FILTER) method="post" hx-post=(links::FILTER) hx-target="#tried" hx-disabled-elt="find button" {
            p {
                label for="delivery" { "Id of the delivery" }
                br;
                input #delivery name="delivery" value=(fields.delivery) required size="36"
                    autocomplete="off" spellcheck="false";
            }
            p {
                label for="expression" { "Expression" }
                br;
                textarea #expression name="expression" rows="4" required autocomplete="off" spellcheck="false"
                    placeholder="event.kind == 'push' && res.metadata.name == 'app'" { (fields.expression) }
            }
            button { "Evaluate" }
        }
    }
}
