//! Deliveries that are replayed, saved and made up by whoever runs a server.

use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{ADMIN, Served, binary, get, request, run, said};
use serde_json::{Value, json};
use tempfile::TempDir;

const APP: &str = "{type: github, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}, \
                   {kind: GitRepository, name: web}]}";

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "app.yaml", &receiver("app", APP));
    put(folder.path(), "token.yaml", &token());
    let repository = |name: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: {name}}}\n\
             spec: {{url: 'https://github.com/o/{name}'}}\n---\n"
        )
    };
    let repositories = ["app", "web"].map(repository).concat();
    put(folder.path(), "repositories.yaml", &repositories);
    folder
}

fn serve(folder: &Path, arguments: &[&str]) -> Served {
    Served::start(folder, &[&ADMIN, arguments].concat())
}

/// Delivers a push, signed by this token: the id of the delivery.
fn deliver(served: &Served, signed_by: &str) -> String {
    let (headers, body) = push(signed_by);
    let path = path("app", TOKEN);
    let (_, answer) = request(served.receiver, "POST", &path, &headers, &body);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    answer["delivery"].as_str().expect("an id").to_owned()
}

/// Runs a command against the server: exit code, stdout and stderr.
fn command(served: &Served, arguments: &[&str]) -> (Option<i32>, String, String) {
    let admin = format!("http://{}", served.admin());
    said(&run(&[arguments, &["--admin", &admin]].concat()))
}

fn record(served: &Served, id: &str) -> Value {
    let (status, text) = get(served.admin(), &format!("/v1/deliveries/{id}"));
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).expect("a record")
}

#[test]
fn a_replay_goes_the_road_again_and_is_recorded() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let id = deliver(&served, TOKEN);
    served.until_notified(2);
    let (code, told, error) = command(&served, &["replay", &id, "-o", "json"]);
    assert_eq!(code, Some(0), "{told}{error}");
    served.until_notified(4);
    let replays: Value = serde_json::from_str(&told).expect("JSON");
    let replay = &replays[0];
    assert_eq!(
        (&replay["from"], &replay["outcome"], &replay["why"]),
        (&json!("verification"), &json!("notified"), &Value::Null)
    );
    let recorded = record(&served, replay["id"].as_str().expect("an id"));
    assert_eq!(recorded["replayOf"], json!(id));
    assert_eq!(recorded["events"], record(&served, &id)["events"]);
    // What is replayed by its Receiver is no replay itself.
    let all = ["replay", "--receiver", "app", "--since", "1h", "-o", "json"];
    let (code, told, error) = command(&served, &all);
    assert_eq!(code, Some(0), "{told}{error}");
    let replays: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(replays.as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn what_no_longer_proves_itself_goes_on_from_the_verdict_of_then() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let id = deliver(&served, TOKEN);
    put(
        folder.path(),
        "token.yaml",
        &secret("token", "{token: another-token-1}"),
    );
    served.until("rotated", || {
        let known = path("app", TOKEN);
        request(served.receiver, "POST", &known, &[], b"").0 == 404
    });
    let (code, told, error) = command(&served, &["replay", &id]);
    assert_eq!(code, Some(0), "{told}{error}");
    assert!(
        told.contains("from the verdict of then, since it no longer proves itself"),
        "{told}"
    );
    served.until_notified(4);
}

#[test]
fn without_its_body_a_delivery_goes_on_from_the_verdict_of_then() {
    let folder = manifests();
    let served = serve(folder.path(), &["--record-bodies", "none"]);
    let id = deliver(&served, TOKEN);
    let (code, told, error) = command(&served, &["replay", &id]);
    assert_eq!(code, Some(0), "{told}{error}");
    let expected = "from the verdict of then, since its body was not kept: only bodies that prove";
    assert!(told.contains(expected), "{told}");
    let filtered = "{type: github, secretRef: {name: token}, resourceFilter: 'req.ref == \"refs/heads/main\"', \
                    resources: [{kind: GitRepository, name: app}]}";
    put(folder.path(), "app.yaml", &receiver("app", filtered));
    served.until("filtered", || {
        let (code, told, error) = command(&served, &["replay", &id]);
        assert!(!told.contains("panicked"), "{told}");
        code == Some(1)
            && error.contains("a filter of its Receiver reads the body, and its body was not kept")
    });
}

#[test]
fn what_cannot_be_replayed_is_said() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let (accepted, forged) = (deliver(&served, TOKEN), deliver(&served, "forged"));
    let mut cases = vec![
        (forged, "nothing can be replayed: it was not accepted"),
        ("no-such-id".to_owned(), "no record has this id"),
        ("../receivers".to_owned(), "no record has this id"),
    ];
    for (id, expected) in &cases {
        let (code, told, error) = command(&served, &["replay", id]);
        assert_eq!(code, Some(1), "{id}: {told}");
        assert!(error.contains(expected), "{id}: {error}");
    }
    put(
        folder.path(),
        "app.yaml",
        &receiver("app", &APP.replace("resources", "suspend: true, resources")),
    );
    cases = vec![(accepted, "Receiver default/app is not served: Suspended")];
    for (id, expected) in cases {
        served.until("suspended", || {
            let (code, _, error) = command(&served, &["replay", &id]);
            code == Some(1) && error.contains(expected)
        });
    }
}

#[test]
fn targets_are_notified_by_hand() {
    let folder = manifests();
    let absent = APP.replace("name: web", "name: gone");
    put(
        folder.path(),
        "absent.yaml",
        &receiver(
            "absent",
            &absent.replace("{kind: GitRepository, name: app}, ", ""),
        ),
    );
    let served = serve(folder.path(), &[]);
    for (arguments, code, told, notified) in [
        (&["notify", "app"][..], 0, "default/app: notified", 2),
        (
            &["notify", "app", "--target", "gitrepository/web"],
            0,
            "GitRepository/default/web",
            1,
        ),
        (
            &["notify", "app", "--target", "GitRepository/other"],
            1,
            "references no object \"GitRepository/other\"",
            0,
        ),
        (
            &["notify", "absent"],
            0,
            "GitRepository/default/gone has no manifest",
            1,
        ),
        (
            &["notify", "nobody"],
            1,
            "there is no Receiver default/nobody",
            0,
        ),
    ] {
        let before = served.notifications().len();
        let (got, out, error) = command(&served, arguments);
        assert_eq!(got, Some(code), "{arguments:?}: {out}{error}");
        assert!((out + &error).contains(told), "{arguments:?}");
        served.until_notified(before + notified);
    }
}

#[test]
fn a_reference_that_cannot_be_resolved_is_no_success_by_hand() {
    let folder = manifests();
    let elsewhere = APP.replace("name: web", "name: web, namespace: other");
    put(folder.path(), "app.yaml", &receiver("app", &elsewhere));
    let served = serve(folder.path(), &["--no-cross-namespace-refs"]);
    let (code, out, error) = command(&served, &["notify", "app"]);
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(out.contains("incomplete: GitRepository/web: "), "{out}");
    served.until_notified(1);
    // What was not asked for does not matter.
    let one = ["notify", "app", "--target", "GitRepository/app"];
    let (code, out, error) = command(&served, &one);
    assert_eq!(code, Some(0), "{out}{error}");
    served.until_notified(2);
}

#[test]
fn a_server_that_is_read_only_changes_nothing() {
    let folder = manifests();
    let served = serve(folder.path(), &["--admin-read-only"]);
    let id = deliver(&served, TOKEN);
    served.until_notified(2);
    for arguments in [&["replay", &id][..], &["notify", "app"]] {
        let (code, told, error) = command(&served, arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {told}");
        assert!(error.contains("it runs with --admin-read-only"), "{error}");
    }
    let json = [("content-type".to_owned(), "application/json".to_owned())];
    let level = br#"{"level":"debug"}"#;
    let (status, answer) = request(served.admin(), "PUT", "/v1/log-level", &json, level);
    assert_eq!(status, 403, "{answer}");
    assert_eq!(served.notifications().len(), 2);
}

#[test]
fn the_log_level_changes_while_it_serves() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let json = [("content-type".to_owned(), "application/json".to_owned())];
    let set = |level: &str| {
        let body = json!({ "level": level }).to_string();
        request(
            served.admin(),
            "PUT",
            "/v1/log-level",
            &json,
            body.as_bytes(),
        )
    };
    assert_eq!(set("error"), (200, r#"{"level":"error"}"#.to_owned()));
    let quiet = deliver(&served, TOKEN);
    assert_eq!(set("info"), (200, r#"{"level":"info"}"#.to_owned()));
    served.until_log(&deliver(&served, TOKEN));
    assert!(!served.stderr().contains(&quiet), "{}", served.stderr());
    assert_eq!(
        get(served.admin(), "/v1/log-level").1,
        r#"{"level":"info"}"#
    );
    let (status, answer) = set("loud");
    assert_eq!(status, 400);
    assert!(
        answer.contains("error, warn, info, debug, trace"),
        "{answer}"
    );
}

#[test]
fn a_page_of_another_site_changes_nothing() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let notify = "/v1/receivers/default/app/notify";
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let json = header("content-type", "application/json");
    for (headers, status) in [
        (
            vec![json.clone(), header("origin", "https://evil.example")],
            403,
        ),
        (
            vec![json.clone(), header("sec-fetch-site", "cross-site")],
            403,
        ),
        // A form of a page sends no JSON.
        (vec![header("content-type", "text/plain")], 403),
        (vec![json], 200),
    ] {
        let (got, answer) = request(served.admin(), "POST", notify, &headers, b"{}");
        assert_eq!(got, status, "{headers:?}: {answer}");
    }
    served.until_notified(2);
}

#[test]
fn a_delivery_is_saved_as_a_case_without_secrets() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let id = deliver(&served, TOKEN);
    let home = tempfile::tempdir().expect("a folder");
    let saved = home.path().join("push");
    let shown = saved.to_str().expect("UTF-8");
    let (code, told, error) = command(&served, &["deliveries", "save", &id, shown]);
    assert_eq!(code, Some(0), "{told}{error}");
    assert!(told.contains("bellpull check github"), "{told}");
    for file in fs::read_dir(&saved).expect("files") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("text");
        for secret in [TOKEN, &path("app", TOKEN)] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let checked = said(&run(&["check", "github", shown]));
    assert_eq!(checked.0, Some(0), "{checked:?}");
    let manifests = folder.path().to_str().expect("UTF-8");
    let explained = said(&run(&[
        "receivers",
        "--manifests",
        manifests,
        "--explain",
        shown,
    ]));
    assert!(explained.1.contains("verdict    accepted"), "{explained:?}");
    let (code, _, error) = command(&served, &["deliveries", "save", &id, shown]);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("name a new one"), "{error}");
    let forged = deliver(&served, "forged");
    let other = home.path().join("forged");
    let other = other.to_str().expect("UTF-8");
    let (code, _, error) = command(&served, &["deliveries", "save", &forged, other]);
    assert_eq!(code, Some(1));
    assert!(error.contains("its body was not kept"), "{error}");
}

/// `bellpull deliveries --watch`, and what it prints. It ends with the value.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn start(served: &Served) -> Self {
        let admin = format!("http://{}", served.admin());
        let mut child = Command::new(binary())
            .args(["deliveries", "--watch", "-o", "json", "--admin", &admin])
            .stdout(Stdio::piped())
            .spawn()
            .expect("bellpull runs");
        let stdout = child.stdout.take().expect("piped");
        Self {
            child,
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// The id of the next delivery that it prints.
    fn next(&mut self) -> Value {
        let line = self.lines.next().expect("a line").expect("text");
        let delivery: Value = serde_json::from_str(&line).expect("a delivery");
        delivery["id"].clone()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn deliveries_are_printed_as_they_come() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let first = deliver(&served, TOKEN);
    let mut watching = Watching::start(&served);
    assert_eq!(watching.next(), json!(first));
    for signed_by in [TOKEN, "forged", TOKEN] {
        let id = deliver(&served, signed_by);
        assert_eq!(watching.next(), json!(id));
    }
}

#[test]
fn a_watch_goes_on_with_a_server_that_is_started_again() {
    let folder = manifests();
    let served = serve(folder.path(), &[]);
    let first = deliver(&served, TOKEN);
    let mut watching = Watching::start(&served);
    assert_eq!(watching.next(), json!(first));
    let admin = served.admin().to_string();
    drop(served);
    let served = Served::start(folder.path(), &["--admin-addr", &admin]);
    let id = deliver(&served, TOKEN);
    assert_eq!(watching.next(), json!(id));
}
