//! The `bitbucket` provider: webhooks of Bitbucket Data Center and of Bitbucket Cloud. Protocol:
//! <https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html>,
//! <https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html>,
//! <https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/> and
//! <https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/>.

mod cloud;
mod data_center;
mod event;
mod kinds;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Part, Problem, Provider, Receiver, Refusal, Response,
    Selection, Verdict, body, events, headers, names,
};
use kinds::{EVENTS, PING};

const KEY: &str = "token";

struct Bitbucket;

impl Provider for Bitbucket {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/bitbucket"
                .into(),
            events: names(EVENTS),
            credential_keys: names(&[KEY]),
            ..Description::new("bitbucket", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            answers_handshakes: true,
            warnings: events::unknown_warnings(&receiver.events, EVENTS),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let own = headers::values(verify::HEADER);
        let github = headers::values(verify::GITHUB_HEADER);
        let is_unsigned = own.is_empty() && github.is_empty();
        if is_unsigned && headers::informative("x-event-key").as_deref() == Some(PING) {
            return Ok(Verdict::Reply(unsigned_ping()));
        }
        verify::presented(&own, &github)?.check(KEY, &[Part::body()])?;

        let kind = events::named(&receiver.events, "x-event-key")?;
        if kind == PING && !events::is_listed(&receiver.events, PING) {
            return Ok(Verdict::ping(PING, PING));
        }
        if !events::wanted(&receiver.events, &kind) {
            return Ok(events::not_listed(&kind));
        }
        let document = body::json_or_form_if_any("payload")?;
        let payload = Selection::of_optional(document.as_ref(), event::POINTERS, event::BULKY);
        Ok(Verdict::Accept(Acceptance {
            delivery_id: headers::informative("x-request-uuid")
                .or_else(|| headers::informative("x-request-id")),
            ..event::of(&kind, &payload).into()
        }))
    }
}

/// The answer to "Test connection" of versions that do not sign it, whatever secret the webhook
/// has. It only asks whether somebody answers.
fn unsigned_ping() -> Response {
    let said = "reached; this test is not signed, so it says nothing of the secret\n";
    Response {
        headers: vec![("content-type".into(), "text/plain".into())],
        ..Response::ok(said)
    }
}

bellpull_sdk::export!(Bitbucket);
