//! The `gcr` provider: changes of images in Google Container Registry and Artifact Registry. Cloud
//! Pub/Sub pushes them with a token that Google signs. Protocol:
//! <https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions>,
//! <https://cloud.google.com/artifact-registry/docs/configure-notifications>.

mod event;
mod sender;

use bellpull_sdk::{
    Acceptance, Binding, Credential, Description, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, factors,
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
            warnings: events::unfiltered_warnings(&receiver.events, EVENTS),
            ..Binding::token(names(&sender::ISSUERS), sender::place())
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let sender = Sender::of(receiver).map_err(Refusal::misconfigured)?;
        let claims = jwt::verify(&sender.expectation()).map_err(|why| match why {
            jwt::Failure::Unauthenticated(why) => Refusal::Unauthenticated(why),
            jwt::Failure::Unavailable(why) => Refusal::Unavailable(why),
        })?;
        sender.check(&Selection::of(&claims, sender::CLAIMS)?)?;

        let envelope = Selection::of_bulky(&body::json()?, event::ENVELOPE, event::BULKY)?;
        let data = match event::data(&envelope)? {
            Some(data) => {
                let data = document::from_bytes(&data);
                Selection::of_bulky(&data, event::DATA, event::BULKY_DATA)?
            }
            None => Selection::from([]),
        };
        let event = event::of(&data)?;
        let named: Vec<&str> = event::action(&data).into_iter().collect();
        if !events::any_wanted_if_all_known(&receiver.events, EVENTS, &named) {
            return Ok(events::not_listed(&event.kind));
        }
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&envelope),
            ..event.into()
        }))
    }
}

bellpull_sdk::export!(Gcr);
