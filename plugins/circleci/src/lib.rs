//! The `circleci` provider: outbound webhooks of CircleCI. Protocol:
//! <https://circleci.com/docs/outbound-webhooks/> and
//! <https://circleci.com/docs/outbound-webhooks-reference/>.

mod event;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Part, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, headers, names,
};
use event::{EVENTS, PING};

const KEY: &str = "token";

struct Circleci;

impl Provider for Circleci {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/circleci".into(),
            events: names(EVENTS),
            credential_keys: names(&[KEY]),
            ..Description::new("circleci", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unknown_warnings(&receiver.events, EVENTS),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        verify::presented(&headers::values(verify::HEADER))?.check(KEY, &[Part::body()])?;

        let header = headers::text("circleci-event-type")?;
        let document = body::json()?;
        // Most deliveries are of no interest and need only this pointer, so it is asked first.
        let named = Selection::of(&document, &[event::TYPE])?;
        let kind = event::kind(header.as_deref(), &named)?;
        if kind == PING && !events::is_listed(&receiver.events, PING) {
            return Ok(Verdict::ping(PING, PING));
        }
        if !events::wanted(&receiver.events, kind) {
            return Ok(events::not_listed(kind));
        }
        let payload = Selection::of(&document, event::POINTERS)?;
        Ok(Verdict::Accept(Acceptance {
            delivery_id: payload.text("/id").map(String::from),
            ..event::of(kind, &payload).into()
        }))
    }
}

bellpull_sdk::export!(Circleci);
