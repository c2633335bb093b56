//! Bindings, right and wrong.

use bellpull_sdk::host::document::{self, Value};
use bellpull_sdk::host::{clock, credentials, delivery, log};
use bellpull_sdk::{Authentication, Binding, Credential, Problem, Receiver, Source, names};

use crate::deliver::source;

pub(crate) fn bind(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    let wanted = config("/bind");
    let binding = match wanted.as_str() {
        "header" | "bearer" | "password" | "query" | "member" | "form" => {
            Binding::secret("token", source(&wanted))
        }
        "path-only" => Binding::new(Authentication::PathOnly, vec![Credential::needed("token")]),
        "parses" => Binding {
            parses_before_verify: true,
            ..Binding::signature("token")
        },
        "handshakes" => Binding {
            answers_handshakes: true,
            ..Binding::signature("token")
        },
        "with-extra" => Binding::new(
            Authentication::Signature,
            vec![
                Credential::proving("token", "text"),
                Credential::needed("extra"),
            ],
        ),
        "both" => Binding::new(
            Authentication::Signature,
            vec![
                Credential::proving("token", "text"),
                Credential::proving("extra", "text"),
            ],
        ),
        "signature-with-carrier" => Binding {
            carriers: vec![source("header")],
            ..Binding::signature("token")
        },
        "token" => Binding::new(Authentication::Token, Vec::new()),
        "warns" => Binding {
            warnings: vec![format!("{} \u{1b}[2J", config("/say"))],
            ..Binding::signature("token")
        },
        _ => return wrong(&wanted, receiver),
    };
    Ok(binding)
}

fn wrong(wanted: &str, receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    let carrier = |pointer: &str| Binding::secret("token", Source::Member(pointer.into()));
    let proving = |authentication, key: &str, encoding: &str| {
        Binding::new(authentication, vec![Credential::proving(key, encoding)])
    };
    Ok(match wanted {
        "path-only-that-proves" => proving(Authentication::PathOnly, "token", "text"),
        "signature-without-proof" => Binding::new(Authentication::Signature, Vec::new()),
        "secret-without-proof" => {
            Binding::new(Authentication::Secret, vec![Credential::needed("token")])
        }
        "carrier-each" => carrier("/auth/*/token"),
        "carrier-index" => carrier("/auth/0"),
        "carrier-whole" => carrier(""),
        "encoding" => proving(Authentication::Signature, "token", "rot13"),
        "undescribed" => proving(Authentication::Signature, "other", "text"),
        "method" => Binding {
            methods: names(&["BAD METHOD"]),
            ..Binding::signature("token")
        },
        "reads-clock" => {
            let now = clock::now();
            return Err(vec![Problem::new("", &now.to_string())]);
        }
        "reads-delivery" => {
            let method = delivery::method();
            return Err(vec![Problem::new("", &method)]);
        }
        "checks" => {
            let matched = credentials::matches("token", &source("header"));
            return Err(vec![Problem::new("", &matched.to_string())]);
        }
        "loops" => loop {
            std::hint::black_box(());
        },
        "logs" => {
            log::write(log::Level::Info, &config("/say"));
            Binding::signature("token")
        }
        "problems" => return Err(problems(receiver)),
        _ => Binding::signature("token"),
    })
}

/// Tells what `configure` is told, one problem each.
fn problems(receiver: &Receiver) -> Vec<Problem> {
    let settings: Vec<String> = receiver
        .settings
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    vec![
        Problem::new("/config/say", &config("/say")),
        Problem::new("/provider", &receiver.provider),
        Problem::new("/events", &receiver.events.join(",")),
        Problem::new("/keys", &receiver.keys.join(",")),
        Problem::new("/settings", &settings.join(",")),
    ]
}

/// One string of the config, empty when it is not there.
pub(crate) fn config(pointer: &str) -> String {
    let answers = document::from_config().select(&[pointer.to_owned()]);
    match answers
        .ok()
        .and_then(|lists| lists.into_iter().next()?.into_iter().next())
    {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    }
}
