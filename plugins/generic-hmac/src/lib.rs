//! The `generic-hmac` provider: anything that signs its body, in the scheme of Flux's receiver of
//! that name (`internal/server/receiver_handlers.go` of fluxcd/notification-controller v1.9.3) or
//! in a scheme that `spec.config` describes.

mod scheme;
mod template;
mod verify;

use bellpull_sdk::{
    Acceptance, Binding, Credential, Description, Event, Part, Problem, Provider, Receiver,
    Refusal, Selection, Verdict, events, factors, headers, host::document, names, time,
};
use scheme::Scheme;

const KIND: &str = "generic-hmac";
const KEY: &str = "token";

struct GenericHmac;

impl Provider for GenericHmac {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/generic-hmac"
                .into(),
            credential_keys: names(&[KEY, scheme::KEY]),
            setting_keys: names(&[factors::CLIENT_NAMES]),
            config_schema: scheme::SCHEMA.into(),
            ..Description::new(KIND, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let binding = match asked(receiver, &config()?)? {
            None => Binding::signature(KEY),
            Some(scheme) => Binding {
                credentials: vec![
                    Credential::needed(KEY),
                    Credential::proving(scheme::KEY, &scheme.key_encoding),
                ],
                ..Binding::signature(scheme::KEY)
            },
        };
        Ok(Binding {
            methods: names(&["*"]),
            warnings: events::ignored_warnings(&receiver.events),
            ..factors::demand_client_names(binding, receiver)
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let scheme = config()
            .and_then(|config| asked(receiver, &config))
            .map_err(Refusal::misconfigured)?;
        let signed_at = match scheme {
            None => {
                let mac = verify::presented(&headers::values(verify::HEADER))?;
                mac.check(KEY, &[Part::body()])?;
                None
            }
            Some(scheme) => prove(&scheme)?,
        };
        Ok(Verdict::Accept(Acceptance {
            signed_at: signed_at.and_then(time::rfc3339),
            ..Event::new(KIND).into()
        }))
    }
}

/// Checks a delivery by the sender's own scheme. Returns the signed time, if there is one.
fn prove(scheme: &Scheme) -> Result<Option<u64>, Refusal> {
    let mac = scheme.presented(&headers::values(&scheme.header))?;
    let Some(signed) = &scheme.time else {
        mac.check(scheme::KEY, &scheme.message)?;
        return Ok(None);
    };
    let at = signed.presented(&headers::values(&signed.header))?;
    mac.check(scheme::KEY, &scheme.message)?;
    time::check_age(time::now(), at, signed.tolerance)?;
    Ok(Some(at))
}

/// The sender's own scheme, if both Secret and config ask for one. `None` if neither does.
fn asked(receiver: &Receiver, config: &Selection) -> Result<Option<Scheme>, Vec<Problem>> {
    let has_key = receiver.keys.iter().any(|key| key == scheme::KEY);
    match (Scheme::read(config)?, has_key) {
        (None, true) => Err(vec![Problem::new(
            "/config",
            "the Secret has signingKey, so spec.config must describe the signature: without that \
             nothing is accepted",
        )]),
        (Some(_), false) => Err(vec![Problem::new(
            "/secretRef",
            "spec.config describes the sender's signature: put the sender's key into signingKey of \
             the Secret, since token is then the key of the path alone",
        )]),
        (scheme, _) => Ok(scheme),
    }
}

fn config() -> Result<Selection, Vec<Problem>> {
    Selection::of(&document::from_config(), scheme::POINTERS)
        .map_err(|_| vec![Problem::new("/config", "cannot be read")])
}

bellpull_sdk::export!(GenericHmac);

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: &[&str], said: &[(&'static str, &str)]) -> Result<bool, String> {
        let receiver = Receiver::new(KIND, keys);
        let text = |text: &str| document::Value::Text(text.into());
        let config = said.iter().map(|(name, value)| (*name, vec![text(value)]));
        asked(&receiver, &config.collect())
            .map(|scheme| scheme.is_some())
            .map_err(|problems| problems.into_iter().map(|problem| problem.at).collect())
    }

    #[test]
    fn secret_and_config_ask_for_a_scheme_together() {
        let scheme = [
            ("/header", "x-sig"),
            ("/algorithm", "sha256"),
            ("/message", "{body}"),
        ];
        assert_eq!(of(&["token"], &[]), Ok(false));
        assert_eq!(of(&["token", "signingKey"], &scheme), Ok(true));
        assert_eq!(of(&["token", "signingKey"], &[]), Err("/config".into()));
        assert_eq!(of(&["token"], &scheme), Err("/secretRef".into()));
    }
}
