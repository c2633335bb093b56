use bellpull_records::{DeliveryView, ReferenceView};
use maud::{Markup, html};

use crate::text;

/// What was decided about each object that the Receiver names, and why.
pub(super) fn decided(delivery: &DeliveryView) -> Markup {
    html! {
        h2 { "Targets" }
        @if delivery.references.is_empty() {
            p { "No reference was looked at." }
        }
        @for reference in &delivery.references { (of_reference(reference)) }
        @if delivery.more_targets > 0 {
            p { "And " (delivery.more_targets) " targets more." }
        }
    }
}

fn of_reference(reference: &ReferenceView) -> Markup {
    html! {
        h3 { code { "resources[" (reference.index) "]" } " " (text::line(&reference.names)) }
        @match &reference.invalid {
            Some(why) => p.alert { "It cannot be resolved: " (text::line(why)) },
            None if reference.targets.is_empty() => p { "It names no object." },
            None => div.wide tabindex="0" role="region" aria-label={ "Targets of resources[" (reference.index) "]" } {
                table {
                    thead { tr { th scope="col" { "Target" } th scope="col" { "Decision" } } }
                    tbody {
                        @for target in &reference.targets {
                            tr {
                                th scope="row" { code { (text::line(&target.target)) } }
                                td { (text::line(&target.decision)) }
                            }
                        }
                    }
                }
            },
        }
    }
}
