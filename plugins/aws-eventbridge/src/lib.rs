//! The `aws-eventbridge` provider: events that Amazon EventBridge sends to an API destination.
//! EventBridge signs nothing; it presents the credentials of the connection. Protocol:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html>.

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Verdict, aws, body,
    events, factors, names,
};

struct AwsEventbridge;

impl Provider for AwsEventbridge {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/aws-eventbridge"
                .into(),
            events: names(aws::EVENTS),
            ..factors::describe("aws-eventbridge", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unknown_warnings(&receiver.events, aws::EVENTS);
        Ok(factors::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        let payload = aws::read(&body::json()?)?;
        let kind = aws::kind(&payload).ok_or_else(transformed)?;
        if !events::wanted(&receiver.events, kind) {
            return Ok(events::not_listed(kind));
        }
        if let Some(result) = aws::failure(&payload) {
            return Ok(Verdict::no_change(&[kind, " ended in ", result].concat()));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: aws::id(&payload),
            ..aws::event(kind, &payload).into()
        }))
    }
}

fn transformed() -> Refusal {
    Refusal::Malformed(
        "the body has no detail-type: an input transformer of the rule must leave the event as it is"
            .into(),
    )
}

bellpull_sdk::export!(AwsEventbridge);
