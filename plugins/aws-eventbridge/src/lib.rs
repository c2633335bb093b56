//! The `aws-eventbridge` provider: events that Amazon EventBridge sends to an API destination, which
//! presents what its connection holds and signs nothing. Protocol:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html>.

mod event;
mod kinds;

use bellpull_sdk::{
    Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict, body, events,
    factors, names,
};
use kinds::EVENTS;

struct AwsEventbridge;

impl Provider for AwsEventbridge {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/aws-eventbridge"
                .into(),
            events: names(EVENTS),
            credential_keys: factors::credential_keys(),
            setting_keys: names(&factors::SETTINGS),
            ..Description::new("aws-eventbridge", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let mut binding = factors::bind(receiver)?;
        let unknown = events::unknown(&receiver.events, EVENTS);
        binding.warnings.extend(unknown);
        Ok(binding)
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        let payload = Selection::of(&body::json()?, event::POINTERS)?;
        let kind = event::kind(&payload)?;
        if !events::wanted(&receiver.events, kind) {
            return Ok(events::not_listed(kind));
        }
        if let Some(result) = event::failure(&payload) {
            return Ok(Verdict::Ignore([kind, " ended in ", result].concat()));
        }
        Ok(Verdict::Accept(event::of(kind, &payload).bounded()))
    }
}

bellpull_sdk::export!(AwsEventbridge);
