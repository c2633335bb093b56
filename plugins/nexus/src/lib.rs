//! The `nexus` provider: webhooks of Sonatype Nexus Repository and of Sonatype IQ (Lifecycle). It
//! accepts what Flux's receiver accepts. Protocol:
//! <https://help.sonatype.com/en/working-with-hmac-payloads.html>,
//! <https://help.sonatype.com/en/example-headers-and-payloads.html> and
//! <https://help.sonatype.com/en/lifecycle-webhooks.html>.

mod event;
mod registry;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Description, Part, Problem, Provider, Receiver, Refusal, Selection,
    Verdict, body, events, headers, host::document, names,
};
use event::EVENTS;

const KEY: &str = "token";

struct Nexus;

impl Provider for Nexus {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/nexus".into(),
            events: names(EVENTS),
            credential_keys: names(&[KEY]),
            config_schema: registry::SCHEMA.into(),
            ..Description::new("nexus", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unfiltered_warnings(&receiver.events, EVENTS),
            ..Binding::signature(KEY)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        verify::presented(&headers::values(verify::HEADER))?.check(KEY, &[Part::body()])?;

        let kind = headers::informative("x-nexus-webhook-id");
        let named: Vec<&str> = kind.as_deref().into_iter().collect();
        if !events::any_wanted_if_all_known(&receiver.events, EVENTS, &named) {
            return Ok(events::not_listed(
                kind.as_deref().unwrap_or(events::UNNAMED),
            ));
        }
        let payload = Selection::of(&body::json_or_null()?, event::POINTERS)?;
        payload.check_shapes(event::SHAPES)?;
        let registry = match payload.text(event::REPOSITORY) {
            Some(repository) => registry::of(&document::from_config(), repository)?,
            None => None,
        };
        Ok(Verdict::Accept(Acceptance {
            delivery_id: headers::informative("x-nexus-webhook-delivery"),
            ..event::of(kind.as_deref(), &payload, registry.as_deref()).into()
        }))
    }
}

bellpull_sdk::export!(Nexus);
