use bellpull_records::DeliveryView;
use maud::{Markup, html};

use crate::outcomes::badge;
use crate::{links, text};

pub(super) fn head() -> Markup {
    html! {
        thead {
            tr {
                @for name in ["Received", "Receiver", "Provider", "Outcome", "Why", "Targets", "Id"] {
                    th scope="col" { (name) }
                }
            }
        }
    }
}

pub(super) fn body(deliveries: &[DeliveryView]) -> Markup {
    html! {
        tbody { @for delivery in deliveries { (row(delivery)) } }
    }
}

/// Rows that join the table. A screen reader is told how many there are, and the newest.
pub(super) fn new(deliveries: &[DeliveryView]) -> Markup {
    let newest = deliveries.first();
    let newest = newest.map(|it| format!("{}, {}", it.receiver, it.outcome));
    let newest = newest.unwrap_or_default();
    let told = match deliveries.len() {
        1 => format!("A new delivery: {newest}"),
        some => format!("{some} new deliveries; the newest: {newest}"),
    };
    html! {
        tbody.new data-told=(text::line(&told)) { @for delivery in deliveries { (row(delivery)) } }
    }
}

fn row(delivery: &DeliveryView) -> Markup {
    let notified = delivery.attempts.iter().filter(|it| it.error.is_none());
    let why = delivery.reason.as_ref().unwrap_or(&delivery.message);
    html! {
        tr {
            td { (text::time(&delivery.received)) }
            td { (text::line(&delivery.receiver.to_string())) }
            td { (text::line(delivery.provider.as_deref().unwrap_or("–"))) }
            td { (badge(&delivery.outcome)) @if delivery.replay_of.is_some() { " replay" } }
            td.why { (text::line(why)) }
            td { (notified.count()) }
            th scope="row" { a href=(links::delivery(&delivery.id)) { code { (delivery.id) } } }
        }
    }
}
