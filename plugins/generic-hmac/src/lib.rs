//! The `generic-hmac` provider: anything that signs its body, as Flux's receiver of that name takes
//! it (`internal/server/receiver_handlers.go` of fluxcd/notification-controller v1.9.3).

mod verify;

use bellpull_sdk::{
    Binding, Description, Event, Part, Problem, Provider, Receiver, Refusal, Verdict, events,
    headers, names,
};

const KIND: &str = "generic-hmac";
const KEY: &str = "token";

struct GenericHmac;

impl Provider for GenericHmac {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/generic-hmac"
                .into(),
            credential_keys: names(&[KEY]),
            ..Description::new(KIND, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            methods: names(&["*"]),
            warnings: events::ignored(&receiver.events),
            ..Binding::signature(KEY)
        })
    }

    fn receive(_: &Receiver) -> Result<Verdict, Refusal> {
        verify::presented(&headers::values(verify::HEADER))?.check(KEY, &[Part::Body])?;
        Ok(Verdict::Accept(Event::new(KIND)))
    }
}

bellpull_sdk::export!(GenericHmac);
