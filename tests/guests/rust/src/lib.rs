//! A component that misbehaves as the header `x-do` of its delivery asks.

mod handshake;
mod spy;

use std::sync::atomic::{AtomicU32, Ordering};

use bellpull_sdk::{
    Acceptance, Authentication, Binding, Change, Credential, Description, Digest, Disinterest,
    Event, GitChange, OtherChange, Part, Problem, Provider, Receiver, Refusal, ReplyPart,
    RequestChange, Response, Source, Verdict, factors, host, names,
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
const SECOND: &str = "second";
/// The provider name under which a delivery is signed and has the second factors of the Secret, as
/// that of `jenkins` has.
const SIGNED_AND_BASIC: &str = "signed-and-basic";
const SIGNING_KEY: &str = "signingKey";
const SECOND_HEADER: &str = "x-second";

static DELIVERIES: AtomicU32 = AtomicU32::new(0);

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
        let delivered = DELIVERIES.fetch_add(1, Ordering::Relaxed) + 1;
        let mac = mac();
        let proven = || check(&[Part::body()], &mac);
        let accept = || Ok(Verdict::accept(Event::new("done")));
        match text("x-do").as_str() {
            "accept" => {
                proven();
                let kind = format!("delivery {delivered}");
                Ok(Verdict::accept(Event::new(&kind)))
            }
            "accept-unproven" => accept(),
            "ignore-unproven" => Ok(Verdict::ignore("unproven")),
            "reply-unproven" => reply(200, b"unproven".to_vec()),
            "own-bytes" => {
                check(&[Part::bytes("mine")], &mac);
                accept()
            }
            "loop" => loop {
                std::hint::spin_loop();
            },
            "grow" => {
                let mut held = Vec::new();
                loop {
                    held.push(vec![1_u8; 1 << 20]);
                    std::hint::black_box(&held);
                }
            }
            "recurse" => Err(Refusal::Malformed(recurse(1).to_string())),
            "abort" => unreachable!("as it was asked to"),
            "checks" => {
                for _ in 0..17 {
                    proven();
                }
                accept()
            }
            "calls" => loop {
                host::delivery::body_length();
            },
            "undeclared" => {
                host::credentials::matches("password");
                accept()
            }
            "algorithm" => {
                host::credentials::verify_hmac("token", "md5", &[Part::body()], &mac);
                accept()
            }
            "early-body" => Err(Refusal::Malformed(match host::delivery::body(0, 8) {
                Ok(_) => "read".into(),
                Err(why) => format!("refused: {why}"),
            })),
            "redacted" => Err(Refusal::Malformed(format!(
                "{} {} {} {}",
                text("authorization"),
                text("COOKIE"),
                text("x-carrier"),
                text("x-open")
            ))),
            "log" => {
                for _ in 0..500 {
                    host::log::write(host::log::Level::Info, "again");
                }
                proven();
                accept()
            }
            "wrong-facts" => {
                proven();
                let change = GitChange {
                    after: Some("main".into()),
                    ..GitChange::in_repository(Vec::new())
                };
                Ok(Verdict::accept(Event {
                    changes: vec![Change::Git(change)],
                    ..Event::new("push")
                }))
            }
            "ignore-with-facts" => {
                proven();
                Ok(Verdict::Ignore(Disinterest {
                    event: Some(Event {
                        action: Some("a\nb".into()),
                        ..Event::new("ping")
                    }),
                    ..Disinterest::new("of-tomorrow", "a reason")
                }))
            }
            "ignore-with-much" => {
                proven();
                Ok(Verdict::ping(&"x".repeat(200 << 10), "a reason"))
            }
            "big-event" => {
                proven();
                // The SDK shortens what it can, and a kind it cannot.
                Ok(Verdict::accept(Event::new(&"x".repeat(200 << 10))))
            }
            "several-events" => {
                proven();
                let count = text("x-events").parse().unwrap_or_default();
                let event = |number: usize| Event {
                    changes: vec![
                        Change::Request(RequestChange {
                            number: number.to_string(),
                            merged: Some(true),
                            ..RequestChange::in_repository(names(&["r"]))
                        }),
                        Change::Other(OtherChange {
                            locations: names(&["l"]),
                            attributes: [("a", "1"), ("a", "2")]
                                .map(|(name, text)| (name.into(), text.into()))
                                .to_vec(),
                            ..OtherChange::of("bucket")
                        }),
                    ],
                    ..Event::new(&format!("event {number}"))
                };
                Ok(Verdict::accept(Acceptance {
                    events: (0..count).map(event).collect(),
                    ..Acceptance::of(Event::new("none"))
                }))
            }
            "sign-in-reply" => {
                proven();
                let mac = ReplyPart::hex("token", Digest::Sha256, vec![Part::body()]);
                Ok(Verdict::Reply(Response::of("text/plain", vec![mac])))
            }
            "bad-status" => {
                proven();
                reply(302, Vec::new())
            }
            "long-reply" => {
                proven();
                reply(200, vec![b'x'; 5 << 10])
            }
            "short-mac" => {
                check(&[Part::body()], mac.get(..16).unwrap_or_default());
                accept()
            }
            "no-mac" => {
                check(&[Part::body()], &[]);
                accept()
            }
            "read" => {
                match receiver.provider.as_str() {
                    OPEN => {}
                    IN_HEADER => drop(host::credentials::matches("token")),
                    _ => drop(proven()),
                }
                Err(spy::read())
            }
            "push" => Ok(Verdict::accept(spy::push())),
            "tell-in-reason" => Err(Refusal::Malformed(told(&mac))),
            "tell-in-log" => {
                host::log::write(host::log::Level::Warn, &told(&mac));
                accept()
            }
            "tell-in-event" => {
                let event = Event {
                    action: Some(told(&mac)),
                    payload: Some(told(&mac)),
                    ..Event::new(&told(&mac))
                };
                Ok(Verdict::Accept(Acceptance {
                    delivery_id: Some(told(&mac)),
                    ..event.into()
                }))
            }
            "tell-in-reply" => Ok(Verdict::Reply(Response {
                headers: vec![("x-hook-secret".into(), told(&mac))],
                ..Response::ok(told(&mac))
            })),
            "tell-in-panic" => {
                let told = told(&mac);
                unreachable!("{told}")
            }
            "read-around" => {
                let raw = host::delivery::body(0, 8);
                let document = host::document::from_body().map_err(Refusal::Malformed)?;
                let asked =
                    ["", "/auth", "/auth/token", "/auth/token/0", "/open"].map(String::from);
                let read = document.select(&asked).map_err(Refusal::Malformed)?;
                Err(Refusal::Malformed(format!("{raw:?} {read:?}")))
            }
            "read-as-another" => {
                let pointers = names(&["", "/a", "/auth/token"]);
                let raw = host::delivery::body(0, 1 << 10).ok();
                let json = host::document::from_body().map(|body| body.select(&pointers));
                let fields = ["a", "b", "yy"].map(|field| {
                    host::document::from_form(field).map(|field| field.select(&pointers))
                });
                let text = raw.map(|raw| String::from_utf8_lossy(&raw).into_owned());
                let read = format!("{text:?} {json:?} {fields:?}");
                // The host scrubs secrets that it recognises.
                Err(Refusal::Malformed(read.chars().rev().collect()))
            }
            "present" => {
                host::credentials::matches("token");
                accept()
            }
            "present-both" => {
                for key in ["token", SECOND] {
                    host::credentials::matches(key);
                }
                accept()
            }
            "sign-and-present" => {
                proven();
                host::credentials::matches(SECOND);
                accept()
            }
            "signature-alone" => {
                signed(&mac);
                accept()
            }
            "basic-alone" => {
                drop(factors::check(receiver));
                accept()
            }
            "signature-and-basic" => {
                signed(&mac);
                drop(factors::check(receiver));
                accept()
            }
            other => Err(Refusal::Malformed(format!("cannot {other}"))),
        }
    }
}

/// What must not get out, which the sender has written in a way that the host does not read.
fn told(mac: &[u8]) -> String {
    check(&[Part::body()], mac);
    String::from_utf8_lossy(&in_hex("x-told")).into_owned()
}

fn check(message: &[Part], mac: &[u8]) -> bool {
    host::credentials::verify_hmac("token", "sha256", message, mac)
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

#[inline(never)]
fn recurse(depth: u64) -> u64 {
    let frame = [depth; 64];
    std::hint::black_box(&frame);
    if depth == 0 {
        0
    } else {
        recurse(std::hint::black_box(depth + 1)) + 1
    }
}

bellpull_sdk::export!(Misbehaving);
