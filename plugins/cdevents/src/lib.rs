//! The `cdevents` provider: events of CDEvents (<https://cdevents.dev>) in CloudEvents over HTTP, as
//! Flux's receiver of that name takes them (`internal/server/receiver_handlers.go` of
//! fluxcd/notification-controller v1.9.3), in structured mode too.

mod attribute;
mod batch;
mod check;
mod config;
mod envelope;
mod event;
mod handshake;
mod optional;
mod purl;
mod spec;
mod types;

use bellpull_sdk::{
    Acceptance, Binding, Description, Event, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, factors, headers,
    host::{
        delivery,
        document::{self, Json},
    },
    names,
};
use envelope::{Attributes, Mode};
use spec::Spec;
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
        // Custom types are the sender's own.
        let listed: Vec<String> = receiver
            .events
            .iter()
            .filter(|name| !is_custom(name))
            .cloned()
            .collect();
        Ok(Binding {
            methods: names(&["POST", handshake::METHOD]),
            answers_handshakes: true,
            ..factors::bind(receiver)?.with_warnings(events::unknown(&listed, &known))
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
        let delivered = delivered(&mode)?;
        let told = told(&receiver.events, delivered, &accepted, header.as_deref())?;
        Ok(match told {
            Told::Wanted { event, id } => Verdict::Accept(Acceptance {
                delivery_id: id,
                ..event.into()
            }),
            Told::NotListed(kind) => events::not_listed(&kind),
        })
    }
}

/// What an event is to a Receiver.
enum Told {
    /// `spec.events` wants it.
    Wanted { event: Event, id: Option<String> },
    /// It does not list this type.
    NotListed(String),
}

/// Checks an event, and compares it with what is listed. `header` is the type that stands beside it.
fn told(
    listed: &[String],
    delivered: Delivered,
    accepted: &[Spec],
    header: Option<&str>,
) -> Result<Told, Refusal> {
    let Delivered {
        document,
        attributes,
        stands_in,
    } = delivered;
    let asked = [check::POINTERS, event::POINTERS].concat();
    let payload = Selection::of_bulky(&document, &asked, check::BULKY)?;
    if let Some(attributes) = attributes {
        attributes.agree(&payload)?;
    }
    let checked = check::event(&payload, accepted)?;
    if !event::wanted(listed, &checked, header) {
        return Ok(Told::NotListed(checked.full.into()));
    }
    if !is_custom(checked.full) {
        let optional = Selection::of_bulky(&document, optional::POINTERS, optional::BULKY)?;
        optional::check(&optional)?;
    }
    let event = Event {
        payload: stands_in,
        ..event::of(&checked, &payload)
    };
    let id = event::id(&payload);
    Ok(Told::Wanted { event, id })
}

/// The CDEvent of a delivery.
struct Delivered {
    document: Json,
    /// Those that stand beside it in a structured body.
    attributes: Option<Attributes>,
    /// What filters see where it is not the whole body.
    stands_in: Option<String>,
}

fn delivered(mode: &Mode) -> Result<Delivered, Refusal> {
    let body = body::json().map_err(|reason| mode.unreadable(reason))?;
    let by_itself = |document| Delivered {
        document,
        attributes: None,
        stands_in: None,
    };
    if *mode != Mode::Structured {
        return Ok(by_itself(body));
    }
    let outer = Selection::of_bulky(&body, envelope::POINTERS, envelope::BULKY)?;
    if envelope::is_bare(&outer) {
        return Ok(by_itself(body));
    }
    let (attributes, data) = Attributes::structured(&outer)?;
    Ok(Delivered {
        document: document::from_bytes(data.as_bytes()),
        attributes: Some(attributes),
        stands_in: Some(data.to_owned()),
    })
}

/// Every name by which `spec.events` may list a type: with each of its versions, and by subject and
/// predicate.
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

fn is_custom(name: &str) -> bool {
    const PREFIX: &str = "dev.cdeventsx.";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
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

    #[test]
    fn custom_types_are_nobody_elses() {
        assert!(is_custom("dev.cdeventsx.flux-app.synced.0.1.0"));
        assert!(is_custom("Dev.CDEventsX.flux-app.synced"));
        assert!(!is_custom("dev.cdevents.change.merged.0.2.0"));
        assert!(!is_custom("€€€€€€"));
    }
}
