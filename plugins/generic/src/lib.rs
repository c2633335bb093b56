//! The `generic` provider: anything that can send a request to a secret path, proved further by
//! whatever its Secret holds (Basic, Bearer, a header of its own). With nothing but a token it is
//! what Flux's receiver of that name is: whoever knows the path is believed.

mod factors;

use bellpull_sdk::{
    Authentication, Binding, Credential, Description, Event, Problem, Provider, Receiver, Refusal,
    Verdict, events, host::credentials, names,
};
use factors::{Factor, KEYS, SETTINGS};

const KIND: &str = "generic";
const PATH_KEY: &str = "token";

struct Generic;

impl Provider for Generic {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/generic".into(),
            credential_keys: names(&[&[PATH_KEY], KEYS.as_slice()].concat()),
            setting_keys: names(&SETTINGS),
            ..Description::new(KIND, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let factors = factors::asked(&receiver.keys, &receiver.settings)?;
        Ok(binding(receiver, factors))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let factors = factors::asked(&receiver.keys, &receiver.settings).map_err(|problems| {
            let first = problems.into_iter().next();
            Refusal::Misconfigured(first.map(|problem| problem.message).unwrap_or_default())
        })?;
        for factor in factors {
            if !credentials::matches(factor.key, &factor.carrier) {
                return Err(Refusal::Unauthenticated(
                    [
                        "what the request presents for '",
                        factor.key,
                        "' does not match",
                    ]
                    .concat(),
                ));
            }
        }
        Ok(Verdict::Accept(Event::new(KIND)))
    }
}

fn binding(receiver: &Receiver, factors: Vec<Factor>) -> Binding {
    let mut warnings = events::ignored(&receiver.events);
    let authentication = if factors.is_empty() {
        warnings.push(
            "whoever knows the path is believed: put username and password, bearerToken, or \
             headerName and headerValue into the Secret if the sender can present them"
                .into(),
        );
        Authentication::PathOnly
    } else {
        Authentication::Secret
    };
    let mut credentials = vec![Credential::needed(PATH_KEY)];
    credentials.extend(
        factors
            .iter()
            .map(|factor| Credential::proving(factor.key, "text")),
    );
    Binding {
        methods: names(&["*"]),
        carriers: factors.into_iter().map(|factor| factor.carrier).collect(),
        warnings,
        ..Binding::new(authentication, credentials)
    }
}

bellpull_sdk::export!(Generic);

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(keys: &[&str], events: &[&str]) -> Result<Binding, Vec<Problem>> {
        Generic::configure(&Receiver {
            provider: KIND.into(),
            events: names(events),
            keys: names(keys),
            settings: Vec::new(),
        })
    }

    #[test]
    fn a_token_alone_is_path_only_and_says_so() {
        let binding = bound(&["token"], &[]).unwrap();
        assert_eq!(binding.authentication, Authentication::PathOnly);
        assert!(binding.credentials.iter().all(|key| !key.proves));
        assert_eq!(binding.warnings.len(), 1);
        assert_eq!(binding.methods, ["*"]);
    }

    #[test]
    fn a_factor_must_be_proved() {
        let binding = bound(&["token", "bearerToken"], &[]).unwrap();
        assert_eq!(binding.authentication, Authentication::Secret);
        let proving: Vec<&str> = binding
            .credentials
            .iter()
            .filter(|key| key.proves)
            .map(|key| key.key.as_str())
            .collect();
        assert_eq!(proving, ["bearerToken"]);
        assert_eq!(binding.carriers.len(), 1);
        assert!(binding.warnings.is_empty());
    }

    #[test]
    fn events_are_warned_of() {
        let binding = bound(&["token", "bearerToken"], &["push"]).unwrap();
        assert_eq!(binding.warnings.len(), 1);
    }
}
