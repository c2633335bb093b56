//! Where deliveries come from, and what is done with those that prove nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::Value;
use tempfile::TempDir;

const SPEC: &str = "{type: github, secretRef: {name: token}, resources: []}";

/// A Receiver with an annotation.
fn annotated(name: &str, annotation: &str, value: &str) -> String {
    let metadata =
        format!("metadata: {{name: {name}, annotations: {{{annotation}: \"{value}\"}}}}");
    receiver(name, SPEC).replace(&format!("metadata: {{name: {name}}}"), &metadata)
}

fn manifests() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let allow_from = "bellpull.dev/allow-from";
    let all = [
        receiver("app", SPEC),
        annotated("near", allow_from, "127.0.0.1,192.0.2.0/24"),
        annotated("far", allow_from, "2001:db8::/32"),
        annotated("wrong", allow_from, "github.com"),
        token(),
        secret("other", "{token: another-token-of-the-tests}"),
    ];
    put(folder.path(), "all.yaml", &all.concat());
    folder
}

/// The status and the outcome of a push to a Receiver, with another header.
fn deliver(
    served: &Served,
    receiver: &str,
    signed_by: &str,
    header: (&str, &str),
) -> (u16, String) {
    let (mut headers, body) = push(signed_by);
    headers.push((header.0.to_owned(), header.1.to_owned()));
    let (status, answer) = request(
        served.receiver,
        "POST",
        &path(receiver, TOKEN),
        &headers,
        &body,
    );
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    (
        status,
        answer["outcome"].as_str().unwrap_or_default().to_owned(),
    )
}

const NOTHING: (&str, &str) = ("x-nothing", "1");
const XFF: &str = "x-forwarded-for";

#[test]
fn a_receiver_takes_deliveries_from_its_networks_alone() {
    let folder = manifests();
    let served = Served::start(folder.path(), &["--trusted-proxies", "127.0.0.0/8"]);
    for (receiver, header, status, outcome) in [
        ("near", NOTHING, 200, "notified"),
        ("near", (XFF, "192.0.2.9"), 200, "notified"),
        ("near", (XFF, "198.51.100.1"), 403, "forbidden"),
        ("near", (XFF, "192.0.2.9, 198.51.100.1"), 403, "forbidden"),
        ("far", NOTHING, 403, "forbidden"),
        (
            "far",
            ("forwarded", "for=\"[2001:db8::1]:443\""),
            200,
            "notified",
        ),
        ("wrong", NOTHING, 503, "unavailable"),
    ] {
        let got = deliver(&served, receiver, TOKEN, header);
        assert_eq!(got, (status, outcome.to_owned()), "{receiver} {header:?}");
    }
    served.until_log("198.51.100.1 is not in bellpull.dev/allow-from");
    served.until_log("\"client\":\"192.0.2.9\"");
    let listed = run(&[
        "receivers",
        "--manifests",
        folder.path().to_str().expect("UTF-8"),
    ]);
    let (_, stdout, stderr) = said(&listed);
    let told = stdout + &stderr;
    let wrong = "annotation bellpull.dev/allow-from has \"github.com\", which is no network";
    assert!(told.contains(wrong), "{told}");
}

#[test]
fn a_source_that_proves_nothing_is_limited_and_its_good_deliveries_are_not() {
    let folder = manifests();
    let served = Served::start(folder.path(), &["--unproven-limit", "3"]);
    let forged = |_| deliver(&served, "app", "forged-token", NOTHING).0;
    let statuses: Vec<u16> = (0..5).map(forged).collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    let genuine = deliver(&served, "app", TOKEN, NOTHING);
    assert_eq!(genuine, (200, "notified".to_owned()));
    let (status, _) = request(served.receiver, "POST", "/hook/guess", &[], b"");
    assert_eq!(status, 429);
}

#[test]
fn the_proxy_protocol_tells_the_address() {
    let folder = manifests();
    let served = Served::start(folder.path(), &["--proxy-protocol"]);
    for (source, status) in [("192.0.2.9", "200"), ("198.51.100.1", "403")] {
        let (headers, body) = push(TOKEN);
        let mut stream = TcpStream::connect(served.receiver).expect("connected");
        let mut head = format!(
            "PROXY TCP4 {source} 10.0.0.1 443 9292\r\nPOST {} HTTP/1.1\r\nhost: h\r\n\
             connection: close\r\ncontent-length: {}\r\n",
            path("near", TOKEN),
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(head.as_bytes()).expect("written");
        stream.write_all(b"\r\n").expect("written");
        stream.write_all(&body).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert_eq!(answer.split(' ').nth(1), Some(status), "{source}: {answer}");
    }
}
