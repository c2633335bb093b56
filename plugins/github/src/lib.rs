//! The `github` provider: webhooks of github.com, GitHub Enterprise Cloud and Enterprise Server,
//! with container packages. Protocol:
//! <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
//! and <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

mod event;
mod kinds;
mod package;
mod pull_request;
mod repository;
mod run;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Part, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, headers, names,
};
use kinds::{EVENTS, PING};

const KEY: &str = "token";

struct Github;

impl Provider for Github {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/github".into(),
            events: names(EVENTS),
            credential_keys: names(&[KEY]),
            ..Description::new("github", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unknown_warnings(&receiver.events, EVENTS),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let strong = headers::values(verify::SHA256_HEADER);
        let weak = headers::values(verify::SHA1_HEADER);
        verify::presented(&strong, &weak)?.check(KEY, &[Part::body()])?;

        let kind = events::named(&receiver.events, "x-github-event")?;
        let is_listed = events::is_listed(&receiver.events, &kind);
        if kind != PING && !receiver.events.is_empty() && !is_listed {
            return Ok(events::not_listed(&kind));
        }
        // The body of a ping is opened too: whoever sets the hook up sees the answer, and a wrong
        // format shows at once.
        let document = body::json_or_form_if_any("payload")?;
        if kind == PING && !is_listed {
            return Ok(Verdict::ping(PING, PING));
        }
        let (pointers, bulky) = event::pointers(&kind);
        let payload = Selection::of_optional(document.as_ref(), pointers, bulky);
        Ok(Verdict::Accept(Acceptance {
            delivery_id: headers::informative("x-github-delivery"),
            ..event::of(&kind, &payload).into()
        }))
    }
}

bellpull_sdk::export!(Github);
