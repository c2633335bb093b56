//! What a component reads of a delivery with secrets in places that its binding does not name.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use bellpull::plan_types::SandboxRoute;
use bellpull_api::Metadata;
use bellpull_core::{
    Bytes, Change, Delivery, DeliveryId, Encoding, Fault, Paths, ReceiverObject, Refusal,
    SecretBytes, SecretObject, Timestamp, Verdict, VerifyError, http,
};
use bellpull_filter::CelFilters;
use bellpull_plan::{Objects, Planner};
use bellpull_ports::Entry;
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_sandbox::{Catalog, Sandbox, SandboxSettings};
use bellpull_tests::nowhere::Nowhere;
use bellpull_tests::patience::PATIENCE;
use bellpull_tests::{guest, verify};
use http::{HeaderName, HeaderValue};

const TOKEN: &str = "t0k/en+of \"the\" guest?";
const MARK: &str = "in the open";
const REDACTED: &str = "[redacted]";

/// The values of the Secret: the one that may be bound, one that never is, and those before them.
const SECRET: [(&str, &str); 6] = [
    ("token", TOKEN),
    ("previousToken", "the token before that one"),
    ("unbound", "nobody asks for this"),
    ("previousUnbound", "12345678"),
    ("username", "flux-flux"),
    ("pin", "1234"),
];

struct World {
    sandbox: Arc<Sandbox>,
    /// Nothing is bound, the token is in a header, or the body is signed.
    routes: [Arc<SandboxRoute>; 3],
}

impl World {
    async fn new() -> Self {
        let settings = SandboxSettings {
            verify_timeout: PATIENCE,
            ..SandboxSettings::default()
        };
        let sandbox = Arc::new(Sandbox::new(settings, Arc::new(Nowhere)).unwrap());
        let loaded = guest::load(&sandbox, guest::component()).await.unwrap();
        let catalog = Catalog::of_one(Arc::clone(&sandbox), &loaded);
        let secret = SecretObject {
            namespace: "default".into(),
            name: "s".into(),
            data: SECRET
                .map(|(key, value)| (key.to_owned(), SecretBytes::new(value.into())))
                .into(),
        };
        let names = ["open", "in-header", "misbehaving"];
        let objects = Objects::new(names.map(receiver), [secret]);
        let plan = Planner::new()
            .plan(&objects, &catalog, &CelFilters::default())
            .await;
        let served = |name: &str| {
            let mut entries = plan.routes.iter().map(|(_, entry)| entry);
            entries.find_map(|entry| match entry {
                Entry::Serving(route) if route.bound.id().name == name => Some(Arc::clone(route)),
                _ => None,
            })
        };
        let routes = names
            .map(|name| served(name).unwrap_or_else(|| panic!("{name}: {:?}", plan.receivers)));
        Self { sandbox, routes }
    }

    async fn asked(
        &self,
        route: &SandboxRoute,
        delivery: Delivery,
    ) -> Result<Verdict, VerifyError> {
        verify(&self.sandbox, route, &Arc::new(delivery)).await
    }

    /// What the component reads at a place of a delivery.
    async fn read(&self, route: &SandboxRoute, place: &str, mut delivery: Delivery) -> String {
        set(&mut delivery, "x-do", "read");
        set(&mut delivery, "x-read", place);
        match self.asked(route, delivery).await {
            Err(VerifyError::Refused(Refusal::Malformed(read))) => read.chars().rev().collect(),
            other => panic!("{place}: {other:?}"),
        }
    }
}

fn receiver(name: &str) -> ReceiverObject {
    let spec = serde_json::json!({"type": name, "secretRef": {"name": "s"}, "resources": []});
    let metadata = Metadata {
        name: name.to_owned(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, serde_json::from_value(spec).unwrap())
}

fn set(delivery: &mut Delivery, name: &str, value: &str) {
    let name: HeaderName = name.parse().unwrap();
    let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
    delivery.headers.insert(name, value);
}

/// An authentic delivery.
fn delivery(target: &str, headers: &[(&str, &str)], body: &str) -> Delivery {
    let mut delivery = Delivery {
        id: DeliveryId::generate(),
        received: Timestamp::now(),
        method: http::Method::POST,
        target: target.to_owned(),
        headers: http::HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        client: Default::default(),
    };
    let key = SecretBytes::new(TOKEN.into());
    let signed = [body.as_bytes()];
    let mac = sign(
        &key,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &signed,
    )
    .unwrap();
    let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    set(&mut delivery, "x-mac", &mac);
    set(&mut delivery, "x-carrier", TOKEN);
    for (name, value) in headers {
        set(&mut delivery, name, value);
    }
    delivery
}

fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A value in the encodings of senders.
fn written(value: &str) -> Vec<String> {
    let every: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
    let mut written = vec![
        value.to_owned(),
        every.to_uppercase(),
        every,
        form(value),
        json(value),
        format!("https://h/?key={}&a=b", form(value)),
    ];
    for before in ["", "u:", "me:"] {
        let whole = format!("{before}{value}");
        written.push(format!("Basic {}", BASE64_STANDARD.encode(&whole)));
        written.push(BASE64_URL_SAFE_NO_PAD.encode(whole + ", and more"));
    }
    written
}

/// Every place of a delivery for a text, with deliveries that have it there.
fn places(text: &str) -> Vec<(&'static str, Delivery)> {
    let member = |text: &str| format!(r#"{{"a":{},"b":1}}"#, json(text));
    let escaped: String = text
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect();
    let of_body = |body: String| delivery("/hook/a", &[], &body);
    vec![
        ("header x-a", delivery("/", &[("x-a", text)], "")),
        ("header referer", delivery("/", &[("referer", text)], "")),
        (
            "query q",
            delivery(&format!("/?a=b&q={}", form(text)), &[], ""),
        ),
        ("body", of_body(format!("first {text} last"))),
        ("body", of_body(member(text))),
        ("body", of_body(format!("a=b&f={}", form(&member(text))))),
        ("json /a", of_body(member(text))),
        ("json ", of_body(member(text))),
        (
            "json /b",
            of_body(format!(r#"{{"b":{{"c":[{}]}}}}"#, json(text))),
        ),
        ("json ", of_body(format!(r#"{{{}:1}}"#, json(text)))),
        ("json /a", of_body(format!(r#"{{"a":"{escaped}"}}"#))),
        ("json /a", of_body(member(&member(text)))),
        (
            "form f /a",
            of_body(format!("a=b&f={}", form(&member(text)))),
        ),
        ("form f ", of_body(format!("f={}", form(&member(text))))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_secret_is_read_nowhere_under_any_binding() {
    let world = World::new().await;
    for route in &world.routes {
        let path = route.bound.paths[0].to_string();
        let secrets = SECRET.iter().map(|(_, value)| (*value).to_owned());
        let secrets = secrets.filter(|value| value.len() >= 8 && value != "flux-flux");
        for secret in secrets.chain([path]) {
            for text in written(&secret) {
                let text = format!("{text} {MARK}");
                for (place, delivery) in places(&text) {
                    let read = world.read(route, place, delivery).await;
                    let hidden = match place {
                        "body" => read.contains("is a credential"),
                        _ => read.contains(REDACTED),
                    };
                    let name = &route.bound.id().name;
                    assert!(
                        hidden && !read.contains(MARK),
                        "{name}, {place}: of {text:?} it reads {read:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_secret_is_read() {
    let world = World::new().await;
    for route in &world.routes {
        for value in [
            "another token",
            "flux-flux",
            "1234",
            "/hook/fedcba9876543210",
        ] {
            for text in written(value) {
                let text = format!("{text} {MARK}");
                for (place, delivery) in places(&text) {
                    let read = world.read(route, place, delivery).await;
                    let read = read.replace('+', " ").replace("%20", " ");
                    let name = &route.bound.id().name;
                    assert!(
                        read.contains(MARK),
                        "{name}, {place}: of {text:?} it reads {read:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_has_one_length_and_numbers_are_hidden_too() {
    let world = World::new().await;
    let number = delivery("/", &[], r#"{"a":12345678}"#);
    let whole = delivery("/", &[("x-a", TOKEN)], "");
    let longer = format!("{TOKEN}{TOKEN}");
    let longer = delivery("/", &[("x-a", &longer)], "");
    for (place, delivery, expected) in [
        (
            "json /a",
            number,
            format!("Ok([[Value::Text({REDACTED:?})]])"),
        ),
        ("header x-a", whole, REDACTED.to_owned()),
        ("header x-a", longer, REDACTED.to_owned()),
    ] {
        let read = world.read(&world.routes[0], place, delivery).await;
        assert_eq!(read, expected, "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_learns_nothing() {
    let world = World::new().await;
    for route in &world.routes {
        for guess in ["nobody asks for this", "nobody asks for that"] {
            let document = format!(r#"{{"a":"{guess}"}}"#);
            let backwards: String = document.chars().rev().collect();
            let asked = delivery("/", &[("x-guess", &backwards)], "");
            let read = world.read(route, "guess /a", asked).await;
            assert_eq!(read, format!("Ok([[Value::Text({guess:?})]])"));
        }
        // A key that is not bound is checked nowhere, whatever is presented.
        for presented in [TOKEN, "something else"] {
            let headers = [("x-do", "undeclared"), ("x-a", presented)];
            let got = world.asked(route, delivery("/", &headers, "")).await;
            assert!(
                matches!(&got, Err(VerifyError::Faulted(Fault::BadContract, _))),
                "{presented}: {got:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_was_hidden_is_unknown_and_a_name_is_none() {
    let world = World::new().await;
    for (value, is_secret) in [("nobody asks for this", true), ("flux-flux", false)] {
        let facts = [
            ("x-ref", format!("refs/heads/{value}")),
            ("x-repository", format!("https://h/{value}-config")),
            ("x-path", format!("apps/{value}")),
        ];
        let mut asked = delivery("/", &[("x-do", "push")], "");
        for (name, fact) in &facts {
            set(&mut asked, name, fact);
        }
        let got = world.asked(&world.routes[0], asked).await;
        let Ok(Verdict::Accept(told)) = got else {
            panic!("{value}: {got:?}");
        };
        let Some(Change::Git(git)) = told.events[0].changes.first() else {
            panic!("{value}: {told:?}");
        };
        let [reference, repository, path] = facts.map(|(_, fact)| fact);
        let a = "a".to_owned();
        if is_secret {
            assert_eq!(git.reference, None);
            assert_eq!(git.repositories, [""; 0]);
            assert_eq!(git.paths, Paths::Truncated(vec![a]));
            let noticed = world.routes[0].bound.redaction.first_hidden();
            assert_eq!(noticed, Some("a header"));
        } else {
            assert_eq!(git.reference, Some(reference));
            assert_eq!(git.repositories, ["https://h/a".to_owned(), repository]);
            assert_eq!(git.paths, Paths::Complete(vec![a, path]));
        }
    }
}
