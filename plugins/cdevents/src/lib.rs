//! The `cdevents` provider: events of CDEvents (<https://cdevents.dev>) in CloudEvents over HTTP.
//! It accepts what Flux's receiver accepts (`internal/server/receiver_handlers.go` of
//! fluxcd/notification-controller v1.9.3), and structured mode and batches too.

mod attribute;
mod batch;
mod config;
mod delivered;
mod envelope;
mod event;
mod handshake;
mod member;
mod need;
mod optional;
mod purl;
mod required;
mod spec;
mod type_name;
mod types;

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Verdict, body, events,
    factors, headers, host::delivery, names,
};
use delivered::{Delivered, Filtered};
use envelope::Mode;
use spec::Spec;
use type_name::is_custom;
use types::TYPES;

struct Cdevents;

impl Provider for Cdevents {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/cdevents".into(),
            events: known_events(),
            config_schema: config::SCHEMA.into(),
            ..factors::describe("cdevents", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let known = known_events();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        // Any sender may define custom types.
        let listed: Vec<String> = receiver
            .events
            .iter()
            .filter(|name| !is_custom(name))
            .cloned()
            .collect();
        Ok(Binding {
            methods: names(&["POST", handshake::METHOD]),
            answers_handshakes: true,
            ..factors::bind(receiver)?.with_warnings(events::unknown_warnings(&listed, &known))
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        if delivery::method() == handshake::METHOD {
            let origin = headers::required(handshake::ORIGIN)?;
            let asks_for_rate = !headers::values(handshake::RATE).is_empty();
            return handshake::answer(&origin, asks_for_rate).map(Verdict::Reply);
        }
        factors::check(receiver)?;
        let accepted = config::accepted()?;
        let mode = Mode::of(&headers::informative("content-type").unwrap_or_default());
        let list = match mode {
            Mode::Batch => body::json_list_if_any()?,
            _ => None,
        };
        if let Some(list) = list {
            return batch::receive(&receiver.events, &list, &accepted);
        }
        let header = headers::informative("ce-type");
        let header = header.and_then(|kind| attribute::decoded(&kind));
        let delivered = Delivered::alone(&mode)?;
        let filtered = delivered.filter(&receiver.events, &accepted, header.as_deref())?;
        Ok(match filtered {
            Filtered::Wanted { event, id } => Verdict::Accept(Acceptance {
                delivery_id: id,
                ..event.into()
            }),
            Filtered::NotListed(kind) => events::not_listed(&kind),
        })
    }
}

/// Every name by which `spec.events` may list a type: with each of its versions, without version,
/// and by subject and predicate.
fn known_events() -> Vec<String> {
    let mut known = Vec::new();
    for kind in TYPES {
        let unversioned = ["dev.cdevents.", kind.name].concat();
        let versions = Spec::ALL.into_iter().filter_map(|spec| kind.version(spec));
        known.extend(versions.map(|version| [&unversioned, ".", version].concat()));
        known.push(unversioned);
        known.push(kind.name.into());
    }
    known
}

bellpull_sdk::export!(Cdevents);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_listed_by_three_names() {
        let known = known_events();
        for name in [
            "dev.cdevents.artifact.published.0.2.0",
            "dev.cdevents.artifact.published.0.1.1",
            "dev.cdevents.artifact.published",
            "artifact.published",
        ] {
            assert!(known.iter().any(|listed| listed == name), "{name}");
        }
    }
}
