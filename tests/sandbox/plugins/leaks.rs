use bellpull_core::{Encoding, SecretBytes};
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_tests::guest;
use bellpull_tests::manifests::{TOKEN, path, put, receiver};
use bellpull_tests::serve::{Served, exchange, get};

use super::World;

/// Every way by which a component says something outwards.
const CHANNELS: [(&str, u16); 7] = [
    ("tell-in-reason", 400),
    ("tell-in-log", 200),
    ("tell-in-event", 200),
    ("tell-in-reply", 200),
    ("tell-in-panic", 503),
    ("redacted", 400),
    ("early-body", 400),
];

#[test]
fn no_credential_and_no_path_gets_out_by_any_channel() {
    let world = World::new();
    let spec = "{type: misbehaving, secretRef: {name: token}, \
                resources: [{kind: GitRepository, name: app}]}";
    put(world.manifests.path(), "spy.yaml", &receiver("spy", spec));
    world.put("spy.wasm", guest::component());
    let mut served = world.serve(&["--log-level", "trace"]);
    let path = path("spy", TOKEN);
    let body = format!("the token is {TOKEN} and the path {path}");
    let mut told = String::new();
    for (channel, status) in CHANNELS {
        let answer = deliver(&served, channel, &path, &body);
        let first = answer.lines().next().unwrap_or_default();
        assert!(first.contains(&status.to_string()), "{channel}: {answer}");
        told.push_str(&answer);
    }
    told.push_str(&get(served.metrics, "/metrics").1);
    told.push_str(&served.plugins());
    served.terminate();
    assert!(served.wait().success());
    told.push_str(&served.stdout());
    told.push_str(&served.stderr());
    // What was to be told was told, without what must not be.
    let redacted = "the token is [redacted] and the path [redacted]";
    assert!(
        told.matches(redacted).count() >= 6,
        "something was not said at all: {told}"
    );
    for secret in [TOKEN, path.as_str(), "a-bearer-of-nothing"] {
        let line = told.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret:?} came out");
    }
}

/// The whole answer to a delivery that asks the component for something.
fn deliver(served: &Served, what: &str, path: &str, body: &str) -> String {
    let key = SecretBytes::new(TOKEN.as_bytes().to_vec());
    let signed = [body.as_bytes()];
    let mac = sign(
        &key,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &signed,
    )
    .unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let headers = [
        ("x-do", what.to_owned()),
        ("x-mac", hex(&mac)),
        ("x-told", hex(body.as_bytes())),
        ("authorization", "Bearer a-bearer-of-nothing".to_owned()),
        ("x-carrier", "a-bearer-of-nothing".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    exchange(served.receiver, "POST", path, &headers, body.as_bytes()).expect("an answer")
}
