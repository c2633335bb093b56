//! The `azure-devops` provider: service hooks of Azure DevOps Services and Server. They sign
//! nothing; they present the Basic credentials or headers that they are configured with. Protocol:
//! <https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks> and
//! <https://learn.microsoft.com/azure/devops/service-hooks/events>.

mod event;
mod kinds;

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict,
    body, events, factors, names,
};
use kinds::EVENTS;

struct AzureDevops;

impl Provider for AzureDevops {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/azure-devops"
                .into(),
            events: names(EVENTS),
            ..factors::describe("azure-devops", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unknown_warnings(&receiver.events, EVENTS);
        Ok(factors::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        let payload = Selection::of_bulky(&body::json()?, event::POINTERS, event::BULKY)?;
        let kind = event::kind(&payload)?;
        if !events::wanted(&receiver.events, kind) {
            return Ok(events::not_listed(kind));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&payload),
            ..event::of(kind, &payload).into()
        }))
    }
}

bellpull_sdk::export!(AzureDevops);
