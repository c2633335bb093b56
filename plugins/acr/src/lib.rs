//! The `acr` provider: webhooks of Azure Container Registry. The registry signs nothing; it
//! presents the headers that its webhook is configured with. Protocol:
//! <https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference>.

mod event;
mod event_grid;

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict,
    body, events, factors, names,
};
use event::{EVENTS, PING};

struct Acr;

impl Provider for Acr {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/acr".into(),
            events: names(EVENTS),
            ..factors::describe("acr", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unfiltered_warnings(&receiver.events, EVENTS);
        Ok(factors::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        if let Some(verdict) = event_grid::receive(receiver)? {
            return Ok(verdict);
        }
        let payload = Selection::of_bulky(&body::json_or_null()?, event::POINTERS, event::BULKY)?;
        let event = event::of(&payload)?;
        if event.kind == PING && !events::is_listed(&receiver.events, PING) {
            return Ok(Verdict::ping(PING, PING));
        }
        let named: Vec<&str> = event::action(&payload).into_iter().collect();
        if !events::any_wanted_if_all_known(&receiver.events, EVENTS, &named) {
            return Ok(events::not_listed(&event.kind));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&payload),
            ..event.into()
        }))
    }
}

bellpull_sdk::export!(Acr);
