//! The `harbor` provider: webhooks of Harbor, in its default format and as CloudEvents. It accepts
//! what Flux's receiver accepts. Protocol:
//! <https://goharbor.io/docs/latest/working-with-projects/project-configuration/configure-webhooks/>
//! and `src/pkg/notifier/formats` of goharbor/harbor.

mod event;
mod kinds;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict,
    events, factors, host::document,
};

struct Harbor;

impl Provider for Harbor {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/harbor".into(),
            events: kinds::all(),
            ..factors::describe("harbor", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = kinds::warnings(&receiver.events);
        let binding = verify::bind(factors::required(receiver)?);
        Ok(factors::demand_client_names(binding, receiver).with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let required = factors::required(receiver).map_err(Refusal::misconfigured)?;
        verify::check(&required)?;

        let body = document::from_body().map_err(Refusal::Malformed)?;
        // Flux accepts any body once `Authorization` is right, so a body that is not JSON has no
        // facts.
        let payload = Selection::of_bulky(&body, event::POINTERS, event::BULKY)
            .unwrap_or_else(|_| Selection::from([]));
        let event = event::of(&payload);
        if !kinds::wanted(&receiver.events, event::kind(&payload)) {
            return Ok(events::not_listed(&event.kind));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&payload),
            ..event.into()
        }))
    }
}

bellpull_sdk::export!(Harbor);
