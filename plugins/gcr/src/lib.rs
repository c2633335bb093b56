//! The `gcr` provider: what Google Container Registry and Artifact Registry publish, pushed by Cloud
//! Pub/Sub with a token that Google signs. Protocol:
//! <https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions>,
//! <https://cloud.google.com/artifact-registry/docs/configure-notifications>.

mod event;
mod sender;

use bellpull_sdk::{
    Binding, Credential, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict,
    body, events, factors,
    host::{document, jwt},
    names,
};
use event::EVENTS;
use sender::Sender;

struct Gcr;

impl Provider for Gcr {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/gcr".into(),
            events: names(EVENTS),
            credential_keys: names(&[factors::PATH_KEY]),
            setting_keys: names(&sender::SETTINGS),
            ..Description::new("gcr", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Sender::of(receiver)?;
        Ok(Binding {
            credentials: vec![Credential::needed(factors::PATH_KEY)],
            warnings: events::unknown_wants_all(&receiver.events, EVENTS),
            ..Binding::token(names(&sender::ISSUERS), sender::carrier())
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let sender = Sender::of(receiver).map_err(factors::misconfigured)?;
        let claims =
            jwt::verify(&sender::carrier(), &sender.expectation()).map_err(|why| match why {
                jwt::Failure::Unauthenticated(why) => Refusal::Unauthenticated(why),
                jwt::Failure::Unavailable(why) => Refusal::Unavailable(why),
            })?;
        sender.check(&Selection::of(&claims, sender::CLAIMS)?)?;

        let envelope = Selection::of(&body::json()?, event::ENVELOPE)?;
        let data = document::from_bytes(&event::data(&envelope)?);
        let event = event::of(&envelope, &Selection::of(&data, event::DATA)?)?;
        if !events::wanted_if_all_known(&receiver.events, EVENTS, &event.kind) {
            return Ok(events::not_listed(&event.kind));
        }
        Ok(Verdict::Accept(event))
    }
}

bellpull_sdk::export!(Gcr);
