use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use bellpull_admin::Admin;
use bellpull_admin::api::{NotifiedByHand, NotifyRequest, ReceiverReport};
use bellpull_core::ReceiverId;
use http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::told;
use crate::layout::{ConsolePage, result};
use crate::outcomes::badge;
use crate::{links, text};

/// Asks for the webhook path. It is a secret: it is in no page, and in no URL.
pub(super) fn path_form(number: usize, receiver: &ReceiverReport) -> Markup {
    let action = links::receiver(&receiver.id, "path");
    html! {
        form.confirm action=(action) method="post"
            hx-post=(action) hx-target={ "#path-" (number) } hx-disabled-elt="find button" {
            button { "Show the webhook path" span.unseen { " of " (text::line(&receiver.id.to_string())) } }
        }
        div id={ "path-" (number) } role="status" aria-live="polite" {}
    }
}

/// A notification that has to be confirmed.
pub(super) fn notify_form(number: usize, receiver: &ReceiverReport) -> Markup {
    let action = links::receiver(&receiver.id, "notify");
    let id = text::line(&receiver.id.to_string());
    html! {
        details.confirm {
            summary { "Notify…" span.unseen { " the targets of " (id) } }
            form action=(action) method="post"
                hx-post=(action) hx-target={ "#notified-" (number) } hx-disabled-elt="find button" {
                p { "The targets are notified as if a delivery had come. No filter is asked." }
                label {
                    "Target, as Kind/name or Kind/namespace/name; empty for all "
                    input name="target" size="30" autocomplete="off" spellcheck="false";
                }
                " " button { "Notify now" }
            }
            div id={ "notified-" (number) } role="status" aria-live="polite" {}
        }
    }
}

/// Discloses the webhook path of a Receiver.
pub(crate) async fn webhook_path<A: Admin>(
    State(admin): State<Arc<A>>,
    Path((namespace, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let body = match admin.webhook_path(&ReceiverId::new(namespace, name)).await {
        Ok(webhook) => html! {
            p { "Append it to the address that senders reach: " code { (webhook.path) } }
            p.quiet { "Whoever knows it may send. Leave this page to hide it." }
        },
        Err(error) => told(&error),
    };
    result(
        &headers,
        ConsolePage::new("Webhook path", body).at(links::RECEIVERS),
    )
}

#[derive(Deserialize)]
pub(crate) struct NotifyFields {
    #[serde(default)]
    target: String,
}

/// Notifies the targets of a Receiver.
pub(crate) async fn notify<A: Admin>(
    State(admin): State<Arc<A>>,
    Path((namespace, name)): Path<(String, String)>,
    headers: HeaderMap,
    Form(fields): Form<NotifyFields>,
) -> Response {
    let target = Some(fields.target.trim().to_owned()).filter(|target| !target.is_empty());
    let receiver = ReceiverId::new(namespace, name);
    let body = match admin.notify(&receiver, NotifyRequest { target }).await {
        Ok(notified) => came_to(&notified),
        Err(error) => told(&error),
    };
    result(
        &headers,
        ConsolePage::new("Notification", body).at(links::RECEIVERS),
    )
}

fn came_to(notified: &NotifiedByHand) -> Markup {
    let ended = &notified.ended;
    html! {
        p { (badge(&ended.outcome)) " " (text::line(&ended.message)) }
        @if let Some(reason) = &ended.reason { p { (text::line(reason)) } }
        ul { @for target in &notified.targets { li { code { (text::line(target)) } } } }
    }
}
