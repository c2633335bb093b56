//! The `quay` provider: notifications of repositories on quay.io and on self-hosted Quay. Quay
//! neither signs deliveries nor states their event. Protocol: `modules/repository-events.adoc` of
//! quay/quay-docs and `notifications/` of quay/quay.

mod event;
mod kinds;

use bellpull_sdk::{
    Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict, body, events,
    factors, names,
};
use kinds::EVENTS;

struct Quay;

impl Provider for Quay {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/quay".into(),
            events: names(EVENTS),
            ..factors::describe("quay", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unfiltered_warnings(&receiver.events, EVENTS);
        Ok(factors::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        let payload = Selection::of_bulky(&body::json_or_null()?, event::POINTERS, event::BULKY)?;
        let kind = kinds::of(&payload)?;
        if !events::any_wanted_if_all_known(&receiver.events, EVENTS, kind.may_be) {
            return Ok(events::not_listed(kind.name));
        }
        Ok(Verdict::accept(event::of(kind, &payload)))
    }
}

bellpull_sdk::export!(Quay);
