//! The Receivers: whether they serve, what came last, and what can be done with them.

mod actions;
mod card;

use std::sync::Arc;

use axum::extract::{Query, State};
use bellpull_admin::Admin;
use bellpull_admin::api::ReceiverReport;
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Failure;
use crate::layout::{ConsolePage, missing};
use crate::links;
pub(crate) use actions::{notify, webhook_path};

/// Receivers of a page.
const LISTED: usize = 100;

/// Which Receivers are shown. An empty field chooses all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReceiverChoice {
    /// A part of `namespace/name`, or of the provider.
    name: String,
    /// Anything chooses those that do not serve, or have a warning.
    trouble: String,
}

impl ReceiverChoice {
    fn takes(&self, receiver: &ReceiverReport) -> bool {
        let part = self.name.trim();
        let is_named = receiver.id.to_string().contains(part) || receiver.provider.contains(part);
        is_named && (self.trouble.is_empty() || has_trouble(receiver))
    }

    fn form(&self) -> Markup {
        html! {
            form.choice action=(links::RECEIVERS) method="get" role="search" aria-label="Which Receivers" {
                label { "Name or provider " input name="name" value=(self.name) size="20"; }
                label {
                    input type="checkbox" name="trouble" value="only" checked[!self.trouble.is_empty()];
                    " With trouble only"
                }
                button { "Show" }
            }
        }
    }
}

fn has_trouble(receiver: &ReceiverReport) -> bool {
    !receiver.ready || !receiver.warnings.is_empty()
}

/// The Receivers, those with trouble first.
pub(crate) async fn page<A: Admin>(
    State(admin): State<Arc<A>>,
    Query(choice): Query<ReceiverChoice>,
) -> Result<ConsolePage, Failure> {
    let list = admin.receivers().await?;
    let all = list.receivers.len();
    let mut chosen = list.receivers;
    chosen.retain(|receiver| choice.takes(receiver));
    chosen.sort_by_key(|receiver| !has_trouble(receiver));
    let body = html! {
        (missing(&list.missing))
        (choice.form())
        p.quiet { (chosen.len()) " of " (all) " Receivers" }
        @for (number, receiver) in chosen.iter().take(LISTED).enumerate() {
            (card::shown(number, receiver))
        }
        @if chosen.len() > LISTED {
            p { "And " (chosen.len() - LISTED) " more: name a part of theirs." }
        }
    };
    Ok(ConsolePage::new("Receivers", body).at(links::RECEIVERS))
}

#[cfg(test)]
mod tests {
    use bellpull_core::ReceiverId;
    use serde_json::json;

    use super::*;

    fn receiver(ready: bool, warnings: &[&str]) -> ReceiverReport {
        let view = json!({
            "id": ReceiverId::new("apps", "web"),
            "provider": "github",
            "ready": ready,
            "reason": "Succeeded",
            "message": "",
            "warnings": warnings,
            "events": [],
        });
        serde_json::from_value(view).unwrap()
    }

    #[test]
    fn receivers_are_chosen_by_a_part_of_a_name_and_by_trouble() {
        for (name, trouble, ready, warnings, expected) in [
            ("", "", true, [].as_slice(), true),
            ("apps/w", "", true, &[], true),
            (" github ", "", true, &[], true),
            ("gitlab", "", true, &[], false),
            ("", "only", true, &[], false),
            ("", "only", false, &[], true),
            ("", "only", true, &["short"], true),
        ] {
            let choice = ReceiverChoice {
                name: name.into(),
                trouble: trouble.into(),
            };
            let taken = choice.takes(&receiver(ready, warnings));
            assert_eq!(taken, expected, "{choice:?} {ready} {warnings:?}");
        }
    }
}
