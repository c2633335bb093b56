//! The `jenkins` provider: events that plugins of Jenkins send, and that pipelines send in the same
//! form. Protocol: the sources of the plugins notification, cloudevents, generic-event and
//! outbound-webhook, each at `https://github.com/jenkinsci/<name>-plugin`.

mod event;
mod kinds;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Event, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, factors, headers, names,
};
use event::Headers;
use kinds::EVENTS;

struct Jenkins;

impl Provider for Jenkins {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/jenkins".into(),
            events: names(EVENTS),
            credential_keys: verify::credential_keys(),
            ..factors::describe("jenkins", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unknown_warnings(&receiver.events, EVENTS);
        Ok(verify::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        verify::check(receiver)?;
        let sent = Headers {
            cloud_event_type: headers::text("ce-type")?,
            cloud_event_id: headers::text("ce-id")?,
            generic_event_type: headers::text("x-event-type")?,
        };
        let payload = Selection::of(&body::json()?, event::POINTERS)?;
        let event: Event = event::of(&sent, &payload)?;
        if !events::wanted(&receiver.events, &event.kind) {
            return Ok(events::not_listed(&event.kind));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&sent, &payload),
            ..event.into()
        }))
    }
}

bellpull_sdk::export!(Jenkins);
