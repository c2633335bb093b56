//! One delivery, from its request to the last attempt.

mod request;
mod road;
mod targets;

use std::sync::Arc;

use axum::extract::{Path, State};
use bellpull_admin::Admin;
use bellpull_records::DeliveryView;
use maud::{Markup, html};

use super::replay;
use crate::failure::Failure;
use crate::layout::ConsolePage;
use crate::outcomes::badge;
use crate::{links, text};

/// The whole story of a delivery.
pub(crate) async fn page<A: Admin>(
    State(admin): State<Arc<A>>,
    Path(id): Path<String>,
) -> Result<ConsolePage, Failure> {
    let delivery = admin.delivery(&id).await?;
    let body = html! {
        (summary(&delivery))
        (replay::form(&delivery.id))
        p { a href=(links::filter(&delivery.id)) { "Try a filter on it" } }
        (road::timeline(&delivery))
        (targets::decided(&delivery))
        (event(&delivery))
        (request::shown(&delivery.request))
    };
    Ok(ConsolePage::new(format!("Delivery {}", delivery.id), body).at(links::DELIVERIES))
}

fn summary(delivery: &DeliveryView) -> Markup {
    html! {
        dl.facts {
            dt { "Outcome" }
            dd {
                (badge(&delivery.outcome))
                @if let Some(class) = &delivery.class { " " (class) }
            }
            dt { "Answer" }
            dd { (delivery.status) " " (text::line(&delivery.message)) }
            @if let Some(reason) = &delivery.reason {
                dt { "Why" }
                dd { (text::line(reason)) }
            }
            dt { "Receiver" }
            dd {
                a href=(links::deliveries_of(&delivery.receiver)) {
                    (text::line(&delivery.receiver.to_string()))
                }
            }
            dt { "Provider" }
            dd {
                (text::line(delivery.provider.as_deref().unwrap_or("none"))) " "
                (text::line(delivery.provider_version.as_deref().unwrap_or_default()))
            }
            @if let Some(trace) = &delivery.trace_id {
                dt { "Trace" }
                dd { code { (text::line(trace)) } }
            }
            @if let Some(earlier) = &delivery.replay_of {
                dt { "Replay of" }
                dd { a href=(links::delivery(earlier)) { code { (text::line(earlier)) } } }
            }
        }
    }
}

fn event(delivery: &DeliveryView) -> Markup {
    let events = delivery.events.as_ref();
    let events = events.and_then(|events| serde_json::to_string_pretty(events).ok());
    html! {
        h2 { "Event" }
        @match events {
            Some(events) => (text::preformatted("Event", &events)),
            None => p { "The provider told none." },
        }
        @if !delivery.claims.is_empty() {
            p { "Claims of the token: " (text::line(&delivery.claims.join(", "))) }
        }
    }
}
