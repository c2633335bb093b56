use bellpull_records::{AttemptView, DeliveryView, GivenUpView};
use maud::{Markup, html};

use crate::outcomes::badge;
use crate::text;

/// The steps of the road with their times, from the first byte to the last attempt.
pub(super) fn timeline(delivery: &DeliveryView) -> Markup {
    let client = &delivery.request.client;
    let address = client.address.as_deref().unwrap_or("an unknown address");
    let decided: usize = delivery.references.iter().map(|it| it.targets.len()).sum();
    let mut steps: Vec<(u64, Markup)> = delivery
        .attempts
        .iter()
        .map(|attempt| {
            let after = text::micros_between(&delivery.received, &attempt.began);
            // The clock may have been set back meanwhile.
            let after = after.unwrap_or_default();
            (after, notified(after, attempt))
        })
        .collect();
    steps.push((delivery.total_us, answered(delivery)));
    steps.extend(delivery.given_up.iter().map(|target| {
        let after = text::micros_between(&delivery.received, &target.at);
        let after = after.unwrap_or_default();
        (after, given_up(after, target))
    }));
    steps.sort_by_key(|(after, _)| *after);
    html! {
        h2 { "Road" }
        ol.road {
            li {
                (text::time(&delivery.received))
                " Received from " (text::line(address)) ": " (delivery.request.method) ", "
                (delivery.request.body_bytes) " bytes"
            }
            @for at in &delivery.steps {
                li { span.took { "+" (text::micros(at.began_us)) } " Began to " (text::line(&at.step)) }
            }
            @if let Some(verify) = delivery.verify_us {
                li { span.took { (text::micros(verify)) } " Verified, waiting for a permit included" }
            }
            @if !delivery.references.is_empty() {
                li {
                    "Decided which of " (decided + delivery.more_targets) " objects are concerned"
                }
            }
            @for (_, step) in steps { (step) }
        }
    }
}

fn answered(delivery: &DeliveryView) -> Markup {
    html! {
        li {
            span.took { "+" (text::micros(delivery.total_us)) }
            " Answered " (delivery.status) " " (badge(&delivery.outcome))
        }
    }
}

fn notified(after: u64, attempt: &AttemptView) -> Markup {
    html! {
        li {
            span.took { "+" (text::micros(after)) } " "
            @match &attempt.error {
                None => "Notified ",
                Some(_) => { span.badge.failed { "failed" } " to notify " }
            }
            code { (text::line(&attempt.target)) } " in " (text::micros(attempt.took_us))
            @if let Some(error) = &attempt.error { ": " (text::line(error)) }
        }
    }
}

fn given_up(after: u64, target: &GivenUpView) -> Markup {
    html! {
        li {
            span.took { "+" (text::micros(after)) } " "
            span.badge.failed { "given up" } " " code { (text::line(&target.target)) } ": "
            (text::line(&target.why))
        }
    }
}
