//! The `generic` provider: anything that can send a request to a secret path. It also authenticates
//! by the factors that the Secret requires. With `token` alone it is Flux's receiver of that name:
//! whoever knows the path is believed.

use bellpull_sdk::{
    Binding, Description, Event, Problem, Provider, Receiver, Refusal, Verdict, events, factors,
    names,
};

const KIND: &str = "generic";

struct Generic;

impl Provider for Generic {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/generic".into(),
            ..factors::describe(KIND, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let binding = factors::bind(receiver)?;
        Ok(Binding {
            methods: names(&["*"]),
            warnings: [events::ignored_warnings(&receiver.events), binding.warnings].concat(),
            ..binding
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        factors::check(receiver)?;
        Ok(Verdict::accept(Event::new(KIND)))
    }
}

bellpull_sdk::export!(Generic);

#[cfg(test)]
mod tests {
    use bellpull_sdk::Authentication;

    use super::*;

    fn bound(keys: &[&str], events: &[&str]) -> Binding {
        Generic::configure(&Receiver {
            events: names(events),
            ..Receiver::new(KIND, keys)
        })
        .unwrap()
    }

    #[test]
    fn any_method_is_answered() {
        assert_eq!(bound(&["token"], &[]).methods, ["*"]);
    }

    #[test]
    fn the_secret_decides_what_is_proved() {
        let path_only = bound(&["token"], &[]);
        assert_eq!(path_only.authentication, Authentication::PathOnly);
        assert_eq!(path_only.warnings.len(), 1);
        let bearer = bound(&["token", "bearerToken"], &[]);
        assert_eq!(bearer.authentication, Authentication::Secret);
        assert!(bearer.warnings.is_empty());
    }

    #[test]
    fn events_are_warned_of() {
        let binding = bound(&["token", "bearerToken"], &["push"]);
        assert_eq!(binding.warnings.len(), 1);
    }
}
