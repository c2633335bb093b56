//! A component that misbehaves as the header `x-do` of its delivery asks.

mod behaviour;
mod handshake;
mod spy;

use bellpull_sdk::{
    Authentication, Binding, Credential, Description, Part, Problem, Provider, Receiver, Refusal,
    Response, Source, Verdict, factors, host, names,
};

/// The provider name under which a credential is a member of the body.
const IN_BODY: &str = "in-body";
/// The provider name under which a credential is a field of a form.
const IN_FORM: &str = "in-form";
/// The provider name under which a second credential is presented beside the signature.
const TWO_PROOFS: &str = "two-proofs";
/// The provider name under which nothing is bound.
const OPEN: &str = "open";
/// The provider name under which the token is presented in a header.
const IN_HEADER: &str = "in-header";
/// The provider name under which a delivery is signed, and its checks leave a forger something.
const LAX: &str = "lax";
/// The provider name under which a client certificate proves a delivery.
const OF_CLIENT: &str = "of-client";
/// The provider name under which a client certificate is demanded beside the signature.
const SIGNED_BY_CLIENT: &str = "signed-by-client";
/// The name in that certificate.
const CLIENT: &str = "sender.example";
const TOKEN: &str = "token";
const SECOND: &str = "second";
/// The provider name under which a delivery is signed and has the second factors of the Secret, as
/// that of `jenkins` has.
const SIGNED_AND_BASIC: &str = "signed-and-basic";
const SIGNING_KEY: &str = "signingKey";
const SECOND_HEADER: &str = "x-second";

struct Misbehaving;

impl Provider for Misbehaving {
    fn describe() -> Description {
        Description {
            providers: names(&[
                "misbehaving",
                IN_BODY,
                IN_FORM,
                TWO_PROOFS,
                SIGNED_AND_BASIC,
                OPEN,
                IN_HEADER,
                LAX,
                OF_CLIENT,
                SIGNED_BY_CLIENT,
                handshake::PROVIDER,
                handshake::BY_PATH,
            ]),
            credential_keys: [factors::credential_keys(), names(&[SECOND, SIGNING_KEY])].concat(),
            ..Description::new("misbehaving", "1.0.0")
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        if receiver.provider == SIGNED_AND_BASIC {
            let credentials = vec![
                Credential::needed(factors::PATH_KEY),
                Credential::proving(SIGNING_KEY, "text"),
            ];
            let binding = Binding::new(Authentication::Signature, credentials);
            return factors::bind_beside(binding, receiver);
        }
        if let Some(binding) = handshake::bind(&receiver.provider) {
            return Ok(binding);
        }
        let place = match receiver.provider.as_str() {
            IN_BODY => Some(Source::member("/auth/token")),
            IN_FORM => Some(Source::form("token")),
            _ => None,
        };
        if let Some(place) = place {
            return Ok(Binding {
                parses_before_verify: true,
                ..Binding::secret("token", place)
            });
        }
        match receiver.provider.as_str() {
            OPEN => return Ok(Binding::new(Authentication::PathOnly, Vec::new())),
            LAX => {
                return Ok(Binding {
                    parses_before_verify: true,
                    ..Binding::signature(TOKEN)
                });
            }
            OF_CLIENT => return Ok(Binding::certificate(CLIENT)),
            SIGNED_BY_CLIENT => return Ok(Binding::signature(TOKEN).with_client_names(CLIENT)),
            IN_HEADER => return Ok(Binding::secret("token", Source::header("x-carrier"))),
            _ => {}
        }
        let presented = |key, header| Credential::presented(key, Source::header(header));
        let credentials = match receiver.provider.as_str() {
            TWO_PROOFS => vec![
                presented("token", SECOND_HEADER),
                presented(SECOND, SECOND_HEADER),
            ],
            _ => vec![presented("token", "x-carrier")],
        };
        Ok(Binding::new(Authentication::Signature, credentials))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        if handshake::is_of(&receiver.provider) {
            return handshake::receive();
        }
        behaviour::follow(&text("x-do"), receiver)
    }
}

/// Checks the signature that the delivery presents over its body.
fn prove() -> bool {
    check(&[Part::body()], &mac())
}

fn check(message: &[Part], mac: &[u8]) -> bool {
    host::credentials::verify_hmac(TOKEN, "sha256", message, mac)
}

fn signed(mac: &[u8]) -> bool {
    host::credentials::verify_hmac(SIGNING_KEY, "sha256", &[Part::body()], mac)
}

/// The MAC that the delivery presents in hex.
fn mac() -> Vec<u8> {
    in_hex("x-mac")
}

fn in_hex(name: &str) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    let pair = |pair: &[u8]| pair.iter().fold(0, |high, byte| high << 4 | digit(*byte));
    header(name).chunks(2).map(pair).collect()
}

fn reply(status: u16, body: Vec<u8>) -> Result<Verdict, Refusal> {
    Ok(Verdict::Reply(Response {
        status,
        ..Response::ok(body)
    }))
}

fn header(name: &str) -> Vec<u8> {
    host::delivery::header(name)
        .into_iter()
        .next()
        .unwrap_or_default()
}

fn text(name: &str) -> String {
    String::from_utf8_lossy(&header(name)).into_owned()
}

bellpull_sdk::export!(Misbehaving);
