use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};
use serde_json::Value;

/// How a delivery differs from a good push to its Receiver.
enum Spoilt {
    Nothing,
    Signature,
    Body,
    Method(&'static str),
    Event(&'static str),
    Path,
    TooLarge,
    Query,
    Slashes,
}

/// A Receiver for each way in which a delivery ends.
fn manifests() -> String {
    let github = |rest: &str| format!("{{type: github, secretRef: {{name: token}}, {rest}}}");
    let generic =
        |secret: &str| format!("{{type: generic, secretRef: {{name: {secret}}}, resources: []}}");
    let unproven = format!("{{token: {TOKEN}, username: u, password: ''}}");
    [
        receiver("plain", &github("resources: []")),
        receiver("events", &github("events: [release], resources: []")),
        receiver("suspended", &github("suspend: true, resources: []")),
        receiver("filtered", &github("resourceFilter: 'req', resources: []")),
        receiver(
            "unknown",
            "{type: nobody, secretRef: {name: token}, resources: []}",
        ),
        receiver("open", &generic("token")),
        receiver("lost", &github("resources: [{kind: Nothing, name: x}]")),
        receiver("closed", &generic("empty")),
        secret("empty", &unproven),
        token(),
    ]
    .concat()
}

/// The Receiver, what is wrong, Bellpull's status and outcome, and the status of Flux.
const TABLE: &[(&str, Spoilt, u16, &str, u16)] = &[
    ("plain", Spoilt::Nothing, 200, "notified", 200),
    ("plain", Spoilt::Query, 200, "notified", 200),
    ("plain", Spoilt::Slashes, 200, "notified", 200),
    ("plain", Spoilt::Signature, 401, "unauthenticated", 400),
    ("plain", Spoilt::Body, 401, "unauthenticated", 400),
    ("plain", Spoilt::Method("GET"), 405, "wrong-method", 400),
    ("plain", Spoilt::Event("ping"), 200, "ignored", 200),
    ("plain", Spoilt::Path, 404, "unknown", 404),
    ("plain", Spoilt::TooLarge, 413, "too-large", 413),
    ("events", Spoilt::Nothing, 200, "ignored", 400),
    ("suspended", Spoilt::Nothing, 503, "unavailable", 503),
    ("filtered", Spoilt::Nothing, 503, "unavailable", 503),
    ("unknown", Spoilt::Nothing, 503, "unavailable", 503),
    ("open", Spoilt::Method("PUT"), 200, "notified", 200),
    ("lost", Spoilt::Nothing, 200, "incomplete", 500),
    ("closed", Spoilt::Nothing, 503, "unavailable", 503),
];

#[test]
fn each_outcome_has_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "all.yaml", &manifests());
    let ours = Served::start(folder.path(), &["--max-body", "4KiB"]);
    let as_flux = Served::start(
        folder.path(),
        &["--max-body", "4KiB", "--flux-status-codes"],
    );
    for (index, (receiver, spoilt, status, outcome, flux)) in TABLE.iter().enumerate() {
        let got = deliver(&ours, receiver, spoilt);
        let told: Value = serde_json::from_str(&got.1).unwrap_or_default();
        assert_eq!(
            (got.0, &told["outcome"]),
            (*status, &Value::from(*outcome)),
            "row {index}"
        );
        assert!(told["delivery"].is_string(), "row {index}: {}", got.1);
        let got = deliver(&as_flux, receiver, spoilt);
        assert_eq!(got, (*flux, String::new()), "row {index} as Flux");
    }
}

fn deliver(served: &Served, receiver: &str, spoilt: &Spoilt) -> (u16, String) {
    let (mut headers, mut body) = push(TOKEN);
    let (mut method, mut target) = ("POST", path(receiver, TOKEN));
    match spoilt {
        Spoilt::Nothing => {}
        Spoilt::Signature => headers[2].1 = format!("sha256={}", "0".repeat(64)),
        Spoilt::Body => body.push(b' '),
        Spoilt::Method(other) => method = other,
        Spoilt::Event(other) => headers[1].1 = (*other).to_owned(),
        Spoilt::Path => target.push('0'),
        Spoilt::TooLarge => body.resize(5 << 10, b' '),
        Spoilt::Query => target.push_str("?a=b"),
        Spoilt::Slashes => target.insert(0, '/'),
    }
    request(served.receiver, method, &target, &headers, &body)
}
