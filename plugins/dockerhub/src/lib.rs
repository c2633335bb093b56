//! The `dockerhub` provider: webhooks of repositories on Docker Hub, which does not authenticate
//! its deliveries. Protocol: <https://docs.docker.com/docker-hub/repos/manage/webhooks/>.

mod event;

use bellpull_sdk::{
    Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict, body, events,
    factors, names,
};
use event::{EVENTS, PUSH};

struct Dockerhub;

impl Provider for Dockerhub {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/dockerhub"
                .into(),
            events: names(EVENTS),
            ..factors::describe("dockerhub", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let warnings = events::unfiltered_warnings(&receiver.events, EVENTS);
        Ok(factors::bind(receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        let payload = Selection::of_bulky(&body::json_or_null()?, event::POINTERS, event::BULKY)?;
        let event = event::of(&payload)?;
        if !events::wanted_if_all_known(&receiver.events, EVENTS, PUSH) {
            return Ok(events::not_listed(PUSH));
        }
        Ok(Verdict::accept(event))
    }
}

bellpull_sdk::export!(Dockerhub);
