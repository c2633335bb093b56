//! The `travis` provider: builds of Travis CI, which signs its deliveries with its own key.
//! Protocol: <https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests>.

mod config;
mod event;
mod signature;

use bellpull_sdk::{
    Acceptance, Authentication, Binding, Credential, Description, Part, Problem, Provider,
    Receiver, Refusal, Selection, Verdict, body, events, factors, headers,
    host::document::Value,
    host::{crypto, document, fetch},
    names,
};
use config::Config;
use event::EVENTS;

/// The form field of the payload. Its decoded bytes are signed.
const FIELD: &str = "payload";
/// The pointer to the whole payload.
const WHOLE: &str = "";
/// The host of the key that Travis CI publishes.
const KEY_HOST: &str = "api.travis-ci.com";
const KEY_URL: &str = "https://api.travis-ci.com/config";
const KEY: &str = "/config/notifications/webhook/public_key";

struct Travis;

impl Provider for Travis {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/travis".into(),
            events: names(EVENTS),
            credential_keys: names(&[factors::PATH_KEY]),
            config_schema: config::SCHEMA.into(),
            fetch_hosts: names(&[KEY_HOST]),
            ..Description::new("travis", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        Ok(Binding {
            warnings: events::unknown_warnings(&receiver.events, EVENTS),
            ..Binding::new(
                Authentication::Signature,
                vec![Credential::needed(factors::PATH_KEY)],
            )
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let config = Config::of(&Selection::of(&document::from_config(), config::POINTERS)?);
        let signature = signature::presented(&headers::values(signature::HEADER))?;
        verify(&config, &signature)?;
        let document = body::json_or_form(FIELD)?;
        let payload = Selection::of(&document, event::POINTERS)?;
        let repository = event::repository(&payload)?;
        config.check(&repository)?;
        let kind = event::kind(&payload)?;
        if !events::wanted(&receiver.events, kind) {
            return Ok(events::not_listed(kind));
        }
        let event = event::of(kind, &repository, &payload);
        // Filters read the payload instead of the form around it. If it is too long for the host's
        // answers, they read nothing.
        let whole = Selection::of(&document, &[WHOLE]).ok();
        let event = match whole.as_ref().map(|whole| whole.all(WHOLE)) {
            Some([Value::Json(text)]) => event.with_payload(text),
            _ => event,
        };
        Ok(Verdict::Accept(Acceptance {
            delivery_id: event::id(&payload),
            ..event.into()
        }))
    }
}

/// Verifies the signature. Travis CI signs with SHA-1. Asks the host.
fn verify(config: &Config, signature: &[u8]) -> Result<(), Refusal> {
    let key = match &config.public_key {
        Some(key) => key.clone(),
        None => published_key()?,
    };
    let verified = crypto::verify_signature(
        &crypto::PublicKey::pem(&key),
        "rsa-pkcs1-sha1",
        &[Part::form(FIELD)],
        signature,
    );
    match (verified, &config.public_key) {
        (Ok(true), _) => Ok(()),
        (Ok(false), _) => Err(Refusal::Unauthenticated(
            "the signature does not match under the key of Travis CI".into(),
        )),
        (Err(why), None) => Err(Refusal::Unavailable(why)),
        (Err(why), Some(_)) => Err(Refusal::Misconfigured(
            ["config.publicKey: ", &why].concat(),
        )),
    }
}

fn published_key() -> Result<String, Refusal> {
    let published = fetch::get(KEY_URL).map_err(Refusal::Unavailable)?;
    let published = Selection::of(&document::from_bytes(&published), &[KEY]).ok();
    let key = published.as_ref().and_then(|published| published.text(KEY));
    key.map(String::from)
        .ok_or_else(|| Refusal::Unavailable([KEY_URL, " does not publish a key at ", KEY].concat()))
}

bellpull_sdk::export!(Travis);
