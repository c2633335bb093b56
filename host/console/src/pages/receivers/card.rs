use bellpull_admin::api::ReceiverReport;
use maud::{Markup, html};

use super::actions;
use crate::outcomes::{Tone, badge};
use crate::{links, text};

/// One Receiver. `number` tells its elements from those of the others.
pub(super) fn shown(number: usize, receiver: &ReceiverReport) -> Markup {
    let id = text::line(&receiver.id.to_string());
    html! {
        section.card aria-labelledby={ "receiver-" (number) } {
            h2 id={ "receiver-" (number) } { (id) }
            @if !receiver.message.is_empty() { p.alert { (text::lines(&receiver.message)) } }
            @for warning in &receiver.warnings { p.warning { (text::lines(warning)) } }
            (facts(receiver))
            (send_hint(receiver))
            @if receiver.ready {
                (actions::path_form(number, receiver))
                (actions::notify_form(number, receiver))
            }
        }
    }
}

fn facts(receiver: &ReceiverReport) -> Markup {
    let (state, tone) = match receiver.ready {
        true => ("ready", Tone::Done),
        false => ("not ready", Tone::Failed),
    };
    html! {
        dl.facts {
            dt { "State" }
            dd { span class={ "badge " (tone.class()) } { (state) } " " (text::line(&receiver.reason)) }
            dt { "Provider" }
            dd { (text::line(&receiver.provider)) " " (text::line(receiver.provider_version.as_deref().unwrap_or_default())) }
            @if let Some(authentication) = &receiver.authentication {
                dt { "Authenticates by" }
                dd { (text::line(authentication)) }
            }
            dt { "Events" }
            dd {
                @if receiver.events.is_empty() { "all" }
                @else { (text::line(&receiver.events.join(", "))) }
            }
            @if !receiver.resources.is_empty() {
                dt { "Resources" }
                dd { (text::line(&receiver.resources.join(", "))) }
            }
            dt { "Deliveries" }
            dd {
                @if let Some(last) = &receiver.last {
                    "the last " (text::time(&last.received)) " " (badge(&last.outcome)) " "
                    a href=(links::delivery(&last.id)) { "its story" } ", "
                }
                a href=(links::deliveries_of(&receiver.id)) { "all that are recorded" }
            }
        }
        @if let Some(config) = &receiver.config {
            details {
                summary { "Config" }
                (text::preformatted("Config", &serde_json::to_string_pretty(config).unwrap_or_default()))
            }
        }
    }
}

/// The command that sends a sample.
fn send_hint(receiver: &ReceiverReport) -> Markup {
    let (namespace, name) = (&receiver.id.namespace, &receiver.id.name);
    html! {
        p.quiet {
            "To try it: "
            code { "bellpull send " (text::line(name)) " --namespace " (text::line(namespace)) }
            ", which signs a recorded delivery with the Receiver's Secret."
        }
    }
}
