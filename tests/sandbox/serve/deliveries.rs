//! What is recorded of deliveries, and who reads it.

use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{ADMIN, Served, exchange, get, request, run, said};
use serde_json::{Value, json};
use tempfile::TempDir;

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let github = |rest: &str| format!("{{type: github, secretRef: {{name: token}}, {rest}}}");
    let app = "resources: [{kind: GitRepository, name: app}]";
    let filtered =
        "resources: [{kind: GitRepository, name: app, filter: \"event.kind == 'none'\"}]";
    let gitlab = "{type: gitlab, secretRef: {name: token}, resources: []}";
    let all = [
        receiver("app", &github(app)),
        receiver("filtered", &github(filtered)),
        receiver("suspended", &github("suspend: true, resources: []")),
        receiver("gitlab", gitlab),
        token(),
        secret("other", "{token: another-token}"),
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: app}\n\
         spec: {url: 'https://github.com/o/r'}\n"
            .to_owned(),
    ];
    put(folder.path(), "all.yaml", &all.concat());
    folder
}

fn deliver(served: &Served, receiver: &str, signed_by: &str) -> (u16, Value) {
    let (headers, body) = push(signed_by);
    let path = path(receiver, TOKEN);
    let (status, answer) = request(served.receiver, "POST", &path, &headers, &body);
    (status, serde_json::from_str(&answer).expect("JSON"))
}

/// Runs `bellpull deliveries` against the server.
fn deliveries(served: &Served, arguments: &[&str]) -> (Option<i32>, String, String) {
    let admin = format!("http://{}", served.admin());
    said(&run(
        &[&["deliveries"], arguments, &["--admin", &admin]].concat()
    ))
}

#[test]
fn a_record_tells_how_a_delivery_ended_and_why() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    for (receiver, signed_by, status, outcome, decision) in [
        ("app", TOKEN, 200, "notified", Some("selected")),
        (
            "filtered",
            TOKEN,
            200,
            "notified",
            Some("left out by spec.resources[0].filter"),
        ),
        ("app", "forged", 401, "unauthenticated", None),
        ("suspended", TOKEN, 503, "unavailable", None),
    ] {
        let (got, answer) = deliver(&served, receiver, signed_by);
        assert_eq!(got, status, "{receiver}: {answer}");
        let id = answer["delivery"].as_str().expect("an id");
        let (_, record) = get(served.admin(), &format!("/v1/deliveries/{id}"));
        let record: Value = serde_json::from_str(&record).expect("a record");
        assert_eq!(record["outcome"], outcome, "{record}");
        assert_eq!(record["receiver"]["name"], receiver, "{record}");
        assert_eq!(
            record["request"]["client"]["address"], "127.0.0.1",
            "{record}"
        );
        let told = record["references"][0]["targets"][0]["decision"].as_str();
        let begins = |expected: &str| told.is_some_and(|told| told.starts_with(expected));
        assert!(decision.map_or(told.is_none(), begins), "{record}");
        let body = record["request"]["body"].is_string();
        assert_eq!(
            body,
            outcome == "notified",
            "only verified bodies are kept: {record}"
        );
        let steps = record["steps"].as_array().map_or(&[][..], Vec::as_slice);
        let steps: Vec<&str> = steps.iter().filter_map(|at| at["step"].as_str()).collect();
        let expected: &[&str] = match outcome {
            "notified" => &["verify", "authorize", "resolve", "select", "notify"],
            "unauthenticated" => &["verify"],
            _ => &[],
        };
        assert_eq!(steps, expected, "{record}");
        let attempts = record["attempts"].as_array().map_or(0, Vec::len);
        assert_eq!(
            attempts,
            usize::from(decision == Some("selected")),
            "{record}"
        );
    }
}

#[test]
fn a_record_names_the_component_and_the_targets_that_were_given_up() {
    let folder = manifests();
    let retry = ["--on-notify", "false", "--notify-retry", "0s"];
    let served = Served::start(folder.path(), &[&ADMIN[..], &retry].concat());
    let (_, answer) = deliver(&served, "app", TOKEN);
    let id = answer["delivery"].as_str().expect("an id");
    let of_app = || served.deliveries("?receiver=app");
    served.until("the target is given up", || {
        of_app()[0]["givenUp"][0]["why"].is_string()
    });
    let record = &of_app()[0];
    let digest = record["componentDigest"].as_str().expect("a digest");
    assert!(
        digest.starts_with("sha256:") && digest.len() == 71,
        "{record}"
    );
    let version = record["providerVersion"].as_str().expect("a version");
    let target = &record["references"][0]["targets"][0]["target"];
    assert_eq!(&record["givenUp"][0]["target"], target, "{record}");
    let (_, story, _) = deliveries(&served, &["show", id]);
    for part in [
        &format!("component    {version} {digest}"),
        "given up     GitRepository/default/app at",
        "for as long as --notify-retry says",
    ] {
        assert!(story.contains(part), "{part} not in\n{story}");
    }
    let (_, table, _) = deliveries(&served, &["-o", "wide"]);
    assert!(table.contains(digest), "{table}");
}

#[test]
fn records_are_found_by_what_is_asked_for() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    for (receiver, signed_by) in [("app", TOKEN), ("filtered", TOKEN), ("app", "forged")] {
        deliver(&served, receiver, signed_by);
    }
    request(served.receiver, "POST", "/hook/guess", &[], b"");
    for (query, expected) in [
        ("", &["unauthenticated", "notified", "notified"][..]),
        ("?receiver=app", &["unauthenticated", "notified"]),
        ("?outcome=notified", &["notified", "notified"]),
        ("?receiver=app&outcome=notified", &["notified"]),
        ("?namespace=elsewhere", &[]),
        ("?limit=1", &["unauthenticated"]),
        ("?since=2999-01-01T00:00:00Z", &[]),
    ] {
        let records = served.deliveries(query);
        let outcomes: Vec<&str> = records
            .iter()
            .map(|record| record["outcome"].as_str().expect("text"))
            .collect();
        assert_eq!(outcomes, expected, "{query}");
    }
    let (code, table, _) = deliveries(&served, &["--receiver", "app", "-o", "wide"]);
    assert_eq!(code, Some(0), "{table}");
    let rows: Vec<&str> = table.lines().collect();
    let [_, forged, genuine] = rows[..] else {
        panic!("{table}")
    };
    assert!(
        forged.contains("unauthenticated") && forged.contains("127.0.0.1"),
        "{table}"
    );
    assert!(
        genuine.contains("default/app   github     notified"),
        "{table}"
    );
}

#[test]
fn the_story_of_a_delivery_is_told() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let (_, answer) = deliver(&served, "app", TOKEN);
    let id = answer["delivery"].as_str().expect("an id");
    let (code, story, _) = deliveries(&served, &["show", id]);
    assert_eq!(code, Some(0), "{story}");
    for part in [
        "Receiver default/app (github)",
        "x-github-event: push",
        "outcome      notified: 1 notified",
        "resources[0] GitRepository/app",
        "GitRepository/default/app   selected",
        "attempt      GitRepository/default/app at",
        "refs/heads/main",
    ] {
        assert!(story.contains(part), "{part} not in\n{story}");
    }
    let (code, _, stderr) = deliveries(&served, &["show", "nothing"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("no record has this id"), "{stderr}");
}

#[test]
fn credentials_are_redacted_wherever_they_are_presented() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let headers = [
        ("x-gitlab-token", TOKEN.to_owned()),
        ("x-gitlab-event", "Push Hook".to_owned()),
        ("x-copied", format!("again {TOKEN}")),
        ("referer", path("gitlab", TOKEN)),
        ("content-type", "application/json".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let body =
        json!({"object_kind": "push", "ref": "refs/heads/main", "copied": TOKEN}).to_string();
    let target = format!("{}?again={TOKEN}&plain=1", path("gitlab", TOKEN));
    request(served.receiver, "POST", &target, &headers, body.as_bytes());
    let text = serde_json::to_string(&served.deliveries("")).expect("JSON");
    assert!(!text.contains(TOKEN) && !text.contains("/hook/"), "{text}");
    for part in ["Push Hook", "[\"plain\",\"1\"]", "[redacted]"] {
        assert!(text.contains(part), "{part} not in {text}");
    }
}

#[test]
fn a_flood_of_forgeries_pushes_out_no_genuine_record() {
    let folder = manifests();
    let served = Served::start(
        folder.path(),
        &[&ADMIN[..], &["--records-memory", "512KiB"]].concat(),
    );
    deliver(&served, "app", TOKEN);
    for _ in 0..300 {
        deliver(&served, "app", "forged");
    }
    let count = |outcome: &str| {
        served
            .deliveries(&format!("?limit=1000&outcome={outcome}"))
            .len()
    };
    assert_eq!(count("notified"), 1);
    let forged = count("unauthenticated");
    assert!((1..300).contains(&forged), "{forged}");
}

#[test]
fn only_this_machine_by_its_own_name_is_answered() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let ask = |method: &str, host: &str, target: &str| {
        let request =
            format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        raw(&served, &request)
    };
    for (method, host, target, status) in [
        ("GET", "localhost", "/v1/deliveries", "200"),
        ("GET", "127.0.0.1:9441", "/v1/deliveries", "200"),
        ("GET", "[::1]:9441", "/v1/deliveries", "200"),
        // A name of somebody else that leads here, as a page of a browser may have one.
        ("GET", "rebound.example", "/v1/deliveries", "403"),
        ("GET", "localhost.example", "/v1/deliveries", "403"),
        // What is no JSON is refused before its path is looked at.
        ("POST", "localhost", "/v1/deliveries", "403"),
        ("GET", "localhost", "/v2/deliveries", "404"),
        ("GET", "localhost", "/v1/deliveries?reciever=app", "400"),
    ] {
        let answer = ask(method, host, target);
        assert_eq!(
            answer.split(' ').nth(1),
            Some(status),
            "{method} {host} {target}: {answer}"
        );
    }
    let elsewhere = said(&run(&[
        "serve",
        "--manifests",
        ".",
        "--admin-addr",
        "0.0.0.0:9441",
    ]));
    assert_eq!(elsewhere.0, Some(64), "{elsewhere:?}");
    assert!(
        elsewhere.2.contains("expected an address of loopback"),
        "{elsewhere:?}"
    );
    // Without the flag nothing is recorded and nothing listens.
    let silent = Served::start(folder.path(), &[]);
    deliver(&silent, "app", TOKEN);
    let (_, metrics) = get(silent.metrics, "/metrics");
    assert!(metrics.contains("bellpull_records 0"), "{metrics}");
    let answer = exchange(silent.receiver, "GET", "/v1/deliveries", &[], b"").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

/// One request as it is, to the admin listener.
fn raw(served: &Served, request: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(served.admin()).expect("connected");
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
