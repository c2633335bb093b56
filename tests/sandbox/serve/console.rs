//! The console and what it asks, over real sockets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{ADMIN, Served, binary, exchange, get, request, run, said};
use serde_json::{Value, json};
use tempfile::TempDir;

const ORIGIN: &str = "http://localhost";

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = |provider: &str| {
        format!(
            "{{type: {provider}, secretRef: {{name: token}}, resources: [{{kind: GitRepository, name: app}}, \
             {{kind: GitRepository, name: data}}]}}"
        )
    };
    let repository = |name: &str, team: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
             metadata: {{name: {name}, labels: {{team: {team}}}}}\n\
             spec: {{url: 'https://github.com/o/{name}'}}\n---\n"
        )
    };
    let all = [
        receiver("app", &spec("github")),
        receiver("lab", &spec("gitlab")),
        token(),
        repository("app", "web"),
        repository("data", "base"),
    ];
    put(folder.path(), "all.yaml", &all.concat());
    folder
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Delivers a push, signed by this token: the id of the delivery.
fn deliver(served: &Served, signed_by: &str) -> String {
    let (headers, body) = push(signed_by);
    id(served, &path("app", TOKEN), &headers, &body)
}

fn id(served: &Served, path: &str, headers: &[(String, String)], body: &[u8]) -> String {
    let (_, answer) = request(served.receiver, "POST", path, headers, body);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    answer["delivery"].as_str().expect("an id").to_owned()
}

/// Posts a form as a page of the console does.
fn post(admin: SocketAddr, path: &str, form: &str) -> (u16, String) {
    let headers = [
        header("origin", ORIGIN),
        header("content-type", "application/x-www-form-urlencoded"),
    ];
    request(admin, "POST", path, &headers, form.as_bytes())
}

fn try_filter(served: &Served, delivery: &str, expression: &str) -> (u16, Value) {
    let asked = json!({"delivery": delivery, "expression": expression}).to_string();
    let headers = [header("content-type", "application/json")];
    let (status, answer) = request(
        served.admin(),
        "POST",
        "/v1/filter",
        &headers,
        asked.as_bytes(),
    );
    (status, serde_json::from_str(&answer).expect("JSON"))
}

/// One request as it is.
fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// `bellpull console`. It ends with the value.
struct Console {
    child: Child,
    address: SocketAddr,
}

impl Console {
    fn start(served: &Served) -> Self {
        let admin = format!("http://{}", served.admin());
        let mut child = Command::new(binary())
            .args(["console", "--no-open", "--listen", "127.0.0.1:0"])
            .args(["--admin", &admin])
            .stdout(Stdio::piped())
            .spawn()
            .expect("bellpull starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut line).expect("its URL");
        let address = line.trim().strip_prefix("http://");
        let address = address.and_then(|url| url.strip_suffix('/'));
        let address = address.and_then(|address| address.parse().ok());
        Self {
            child,
            address: address.unwrap_or_else(|| panic!("no URL: {line:?}")),
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_server_and_a_console_beside_it_have_the_same_pages() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let id = deliver(&served, TOKEN);
    let console = Console::start(&served);
    for address in [served.admin(), console.address] {
        for (page, part) in [
            ("/".to_owned(), "The last hour"),
            ("/receivers".to_owned(), "default/app"),
            ("/deliveries".to_owned(), id.as_str()),
            (format!("/deliveries/{id}"), "GitRepository/default/data"),
            ("/filter".to_owned(), "Evaluate"),
        ] {
            let answer = exchange(address, "GET", &page, &[], b"").expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 200"), "{page}: {answer}");
            assert!(answer.contains(part), "{page}: {answer}");
            assert!(answer.contains("script-src 'self'"), "{page}: {answer}");
            assert!(
                answer.contains("cache-control: no-store"),
                "{page}: {answer}"
            );
        }
        let rebound = raw(
            address,
            "GET / HTTP/1.1\r\nhost: rebound.example\r\nconnection: close\r\n\r\n",
        );
        assert!(rebound.starts_with("HTTP/1.1 403"), "{rebound}");
    }
}

#[test]
fn a_form_replays_and_notifies_for_a_page_of_the_console_alone() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let id = deliver(&served, TOKEN);
    served.until_notified(2);
    let console = Console::start(&served);
    let replay = format!("/deliveries/{id}/replay");
    let (status, _) = request(console.address, "POST", &replay, &[], b"");
    assert_eq!(status, 403);
    let elsewhere = [header("origin", "http://evil.example")];
    let (status, _) = request(console.address, "POST", &replay, &elsewhere, b"");
    assert_eq!(status, 403);
    served.until_notified(2);
    let (status, told) = post(console.address, &replay, "");
    assert_eq!(status, 200, "{told}");
    assert!(told.contains("Its request was verified again."), "{told}");
    served.until_notified(4);
    let target = "target=GitRepository%2Fapp";
    let (status, told) = post(console.address, "/receivers/default/app/notify", target);
    assert_eq!(status, 200, "{told}");
    served.until_notified(5);
    let (_, told) = post(console.address, "/receivers/default/app/path", "");
    assert!(told.contains(&path("app", TOKEN)), "{told}");
}

#[test]
fn a_read_only_server_says_so_where_a_form_would_change_something() {
    let folder = manifests();
    let served = Served::start(
        folder.path(),
        &[&ADMIN[..], &["--admin-read-only"]].concat(),
    );
    let id = deliver(&served, TOKEN);
    served.until_notified(2);
    let (_, told) = post(served.admin(), &format!("/deliveries/{id}/replay"), "");
    assert!(told.contains("--admin-read-only"), "{told}");
    served.until_notified(2);
}

#[test]
fn a_summary_counts_deliveries_by_their_outcome_without_replays() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let accepted = deliver(&served, TOKEN);
    deliver(&served, "forged");
    post(
        served.admin(),
        &format!("/deliveries/{accepted}/replay"),
        "",
    );
    let (status, summary) = get(served.admin(), "/v1/summary");
    assert_eq!(status, 200, "{summary}");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    let minutes = summary["minutes"].as_array().expect("minutes");
    let of = |outcome: &str| -> u64 {
        let counts = minutes.iter().map(|minute| &minute["outcomes"][outcome]);
        counts.filter_map(Value::as_u64).sum()
    };
    assert_eq!((of("notified"), of("unauthenticated")), (1, 1), "{summary}");
    let process = &summary["processes"][0];
    assert_eq!(process["time"]["deliveries"], 2, "{summary}");
    assert_eq!(process["leader"], Value::Null, "{summary}");
    assert!(process["pending"].is_u64(), "{summary}");
}

#[test]
fn a_filter_is_tried_on_a_recorded_delivery_and_the_objects_of_now() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let id = deliver(&served, TOKEN);
    let expression = "req.ref == 'refs/heads/main' && res.metadata.labels.team == 'web'";
    let (status, told) = try_filter(&served, &id, expression);
    assert_eq!(status, 200, "{told}");
    let targets = told["targets"].as_array().expect("targets");
    let values: Vec<_> = targets
        .iter()
        .map(|target| (target["target"].as_str(), target["value"].as_bool()))
        .collect();
    assert_eq!(
        values,
        [
            (Some("GitRepository/default/app"), Some(true)),
            (Some("GitRepository/default/data"), Some(false)),
        ]
    );
    let parts = targets[1]["events"][0]["parts"].as_array().expect("parts");
    let team = json!({"depth": 2, "text": "res.metadata.labels.team", "value": "\"base\""});
    assert!(parts.contains(&team), "{told}");
    // Nobody is notified.
    served.until_notified(2);
}

#[test]
fn a_filter_that_cannot_be_tried_says_why() {
    let folder = manifests();
    let served = Served::start(
        folder.path(),
        &[&ADMIN[..], &["--record-bodies", "none"]].concat(),
    );
    let (accepted, forged) = (deliver(&served, TOKEN), deliver(&served, "forged"));
    for (delivery, expression, status, part) in [
        ("unknown", "true", 404, "no record has this id"),
        (&forged, "true", 409, "was not accepted"),
        (&accepted, "event.knd == 'push'", 400, "      ^"),
        (&accepted, "req.ref == 'x'", 409, "--record-bodies verified"),
    ] {
        let (got, told) = try_filter(&served, delivery, expression);
        assert_eq!(got, status, "{expression}: {told}");
        let message = told["message"].as_str().expect("a message");
        assert!(message.contains(part), "{expression}: {message}");
    }
}

#[test]
fn a_filter_that_is_tried_tells_no_credential() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let headers = [
        header("content-type", "application/json"),
        header("x-gitlab-event", "Push Hook"),
        header("x-gitlab-token", TOKEN),
        header("x-copy", TOKEN),
    ];
    let body = json!({"object_kind": "push", "ref": "refs/heads/main", "copy": TOKEN}).to_string();
    let id = id(&served, &path("lab", TOKEN), &headers, body.as_bytes());
    let (status, told) = try_filter(&served, &id, "delivery.headers.size() > 1000");
    assert_eq!(status, 200, "{told}");
    let told = told.to_string();
    assert!(told.contains("[redacted]"), "{told}");
    assert!(!told.contains(TOKEN), "{told}");
    // The body holds the secret, so a filter reads none of it.
    let (status, told) = try_filter(&served, &id, "req.copy.size() > 0");
    assert_eq!(status, 409, "{told}");
}

#[test]
fn a_console_says_why_it_cannot_begin() {
    let folder = manifests();
    let served = Served::start(folder.path(), &ADMIN);
    let taken = served.admin().to_string();
    for (arguments, code, part) in [
        (["--listen", &taken], 1, "choose another with --listen"),
        (
            ["--listen", "0.0.0.0:0"],
            64,
            "expected an address of loopback",
        ),
        (
            ["--admin", "https://127.0.0.1:9441"],
            64,
            "expected http://HOST:PORT",
        ),
    ] {
        let beside = ["console", "--no-open"];
        let admin = format!("http://{taken}");
        let admin: &[&str] = match arguments[0] {
            "--admin" => &[],
            _ => &["--admin", &admin],
        };
        let told = said(&run(&[&beside[..], &arguments, admin].concat()));
        assert_eq!(told.0, Some(code), "{told:?}");
        assert!(told.2.contains(part), "{told:?}");
    }
}
