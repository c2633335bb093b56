//! A provider that does whatever a test asks of it: `configure` as `spec.config`'s `bind` says,
//! `receive` as the delivery's `x-do` header says, after the check that `x-prove` names.

mod abuse;
mod bind;
mod deliver;
mod tell;
mod verdicts;

use bellpull_sdk::{Binding, Description, Problem, Provider, Receiver, Refusal, Verdict, names};

struct Guest;

impl Provider for Guest {
    fn describe() -> Description {
        Description {
            events: names(&["push"]),
            credential_keys: names(&["token", "extra"]),
            setting_keys: names(&["email"]),
            config_schema: r#"{"type":"object"}"#.into(),
            ..Description::new("guest", "1.0.0")
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        bind::bind(receiver)
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        deliver::prove()?;
        let wanted = deliver::header("x-do");
        tell::about(&wanted, receiver)
            .or_else(|| abuse::of_the_host(&wanted))
            .unwrap_or_else(|| verdicts::verdict(&wanted))
    }
}

bellpull_sdk::export!(Guest);
