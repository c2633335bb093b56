//! The providers `gitea`, `forgejo` and `gogs`: three related forges with one protocol and
//! different names of headers. Protocol: `services/webhook/deliver.go` of go-gitea/gitea,
//! `services/webhook/shared/payloader.go` of Forgejo, `internal/database/webhook.go` of gogs/gogs,
//! and <https://docs.gitea.com/usage/webhooks>.

mod event;
mod forge_headers;
mod kinds;
mod package;
mod pull_request;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Problem, Provider, Receiver, Refusal, Selection, Verdict,
    body, events, headers, names,
};

const KEY: &str = "token";

struct Gitea;

impl Provider for Gitea {
    fn describe() -> Description {
        let [first, ..] = forge_headers::PROVIDERS;
        Description {
            providers: names(&forge_headers::PROVIDERS),
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/gitea".into(),
            events: names(kinds::EVENTS),
            credential_keys: names(&[KEY]),
            ..Description::new(first, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unknown_warnings(&receiver.events, kinds::of(&receiver.provider)),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let sent = forge_headers::of(&receiver.provider);
        let mac = verify::presented(sent.signature, headers::values)?;
        let content_type = headers::text("content-type")?.unwrap_or_default();
        mac.check(KEY, &verify::message(&content_type)?)?;

        let exact = first(sent.exact_event)?;
        // Some versions state only the exact event of packages.
        let Some(kind) = first(sent.event)?.or_else(|| exact.clone()) else {
            return Err(Refusal::Malformed("no header names the event".into()));
        };
        let wanted = |name: &str| events::wanted(&receiver.events, name);
        if !wanted(&kind) && !exact.as_deref().is_some_and(wanted) {
            return Ok(events::not_listed(&kind));
        }
        let document = body::json_or_form(verify::PAYLOAD)?;
        let payload = Selection::of_bulky(&document, event::POINTERS, event::BULKY)?;
        Ok(Verdict::Accept(Acceptance {
            delivery_id: sent
                .delivery
                .iter()
                .find_map(|name| headers::informative(name)),
            ..event::of(&kind, &payload).into()
        }))
    }
}

/// The first of these headers that is present and not empty.
fn first(names: &[&str]) -> Result<Option<String>, Refusal> {
    for name in names {
        if let Some(text) = headers::text(name)?.filter(|text| !text.is_empty()) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

bellpull_sdk::export!(Gitea);
