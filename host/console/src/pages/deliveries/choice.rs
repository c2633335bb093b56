use std::time::Duration;

use bellpull_admin::api::DeliveryRequest;
use bellpull_core::Timestamp;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::outcomes::RECORDED;

/// The ages that may be chosen, with their seconds.
const AGES: [(&str, &str, u64); 4] = [
    ("15m", "15 minutes", 15 * 60),
    ("1h", "1 hour", 60 * 60),
    ("24h", "24 hours", 24 * 60 * 60),
    ("7d", "7 days", 7 * 24 * 60 * 60),
];

/// Which deliveries are listed, as the form has it. An empty field chooses all.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct DeliveryChoice {
    namespace: String,
    receiver: String,
    outcome: String,
    since: String,
}

impl DeliveryChoice {
    pub(super) fn request(&self) -> DeliveryRequest {
        let given = |field: &str| Some(field.trim().to_owned()).filter(|it| !it.is_empty());
        DeliveryRequest {
            namespace: given(&self.namespace),
            receiver: given(&self.receiver),
            outcome: given(&self.outcome),
            since: self.oldest().map(|oldest| oldest.to_string()),
            ..DeliveryRequest::default()
        }
    }

    fn oldest(&self) -> Option<Timestamp> {
        let (_, _, seconds) = AGES.iter().find(|(value, ..)| *value == self.since)?;
        let age = Duration::from_secs(*seconds);
        Timestamp::now().checked_sub(age).ok()
    }

    /// The same as the query of a URL.
    pub(super) fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }

    pub(super) fn form(&self) -> Markup {
        html! {
            form.choice action="/deliveries" method="get" role="search" aria-label="Which deliveries" {
                label { "Namespace " input name="namespace" value=(self.namespace) size="14"; }
                label { "Receiver " input name="receiver" value=(self.receiver) size="14"; }
                label {
                    "Outcome "
                    select name="outcome" {
                        option value="" { "any" }
                        @for (kind, _) in RECORDED {
                            option selected[self.outcome == kind.as_str()] { (kind.as_str()) }
                        }
                    }
                }
                label {
                    "Since "
                    select name="since" {
                        option value="" { "any time" }
                        @for (value, name, _) in AGES {
                            option value=(value) selected[self.since == value] { (name) }
                        }
                    }
                }
                button { "Show" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_chooses_all() {
        assert_eq!(
            DeliveryChoice::default().request(),
            DeliveryRequest::default()
        );
        let blank = DeliveryChoice {
            namespace: " ".into(),
            since: "ever".into(),
            ..DeliveryChoice::default()
        };
        assert_eq!(blank.request(), DeliveryRequest::default());
    }

    #[test]
    fn a_choice_asks_for_what_it_names() {
        let choice = DeliveryChoice {
            namespace: "apps".into(),
            receiver: " web ".into(),
            outcome: "failed".into(),
            since: "1h".into(),
        };
        let request = choice.request();
        assert_eq!(request.namespace.as_deref(), Some("apps"));
        assert_eq!(request.receiver.as_deref(), Some("web"));
        assert_eq!(request.outcome.as_deref(), Some("failed"));
        let since: Timestamp = request.since.unwrap().parse().unwrap();
        let age = Timestamp::now().duration_since(since);
        assert!(age.as_secs() >= 60 * 60, "{age}");
    }
}
