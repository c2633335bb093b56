mod differences;
mod expectations;

use std::fs;
use std::io;
use std::path::PathBuf;

use bellpull_core::{Delivery, SecretBytes, SecretData, Timestamp, VerifiedCertificate};

use super::*;

const SECRET: &str = "It's a Secret to Everybody";

/// A case of the `github` provider with these lines in it.
fn case(lines: &str) -> anyhow::Result<Case> {
    let yaml = format!(
        "provider: github\ncredentials: {{token: \"{SECRET}\"}}\n\
         expect: {{outcome: notified, status: 200}}\n{lines}\n"
    );
    Case::parse("github/test", &yaml, |name| match name {
        "body.json" => Ok(b"{}\n".to_vec()),
        _ => Err(io::ErrorKind::NotFound.into()),
    })
}

fn wrong(lines: &str) -> String {
    match case(lines) {
        Ok(_) => panic!("taken: {lines}"),
        Err(error) => format!("{error:#}"),
    }
}

fn header<'c>(delivery: &'c Delivery, name: &str) -> &'c str {
    delivery.headers[name].to_str().unwrap()
}

#[test]
fn a_case_is_a_delivery_a_receiver_and_a_secret() {
    let case = case(
        "events: [push]\nconfig: {depth: 2}\nnow: 2026-01-02T03:04:05Z\ntext: \"a\\n\"\n\
         request:\n  method: PUT\n  target: /hook/x?a=b\n  headers: [[X-A, '1'], [x-a, '2']]",
    )
    .unwrap();
    let delivery = case.delivery().unwrap();
    assert_eq!(delivery.method, "PUT");
    assert_eq!(delivery.target, "/hook/x?a=b");
    assert_eq!(delivery.received.to_string(), "2026-01-02T03:04:05Z");
    let values: Vec<_> = delivery.headers.get_all("X-A").iter().collect();
    assert_eq!(values, ["1", "2"]);
    assert_eq!(&*delivery.body, b"a\n");

    let receiver = case.receiver();
    assert_eq!(receiver.spec.provider, "github");
    assert_eq!(receiver.spec.events, ["push"]);
    assert_eq!(receiver.spec.config.unwrap()["depth"], 2);
    let secret = case.secret();
    assert_eq!(receiver.spec.secret_ref.unwrap().name, secret.name);
    assert_eq!(receiver.id.namespace, secret.namespace);
    assert_eq!(secret.data["token"].expose(), SECRET.as_bytes());
}

#[test]
fn a_client_has_a_certificate_if_something_is_said_of_it() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    for (lines, address, certificate) in [
        ("", None, None),
        ("client: {}", None, None),
        (
            "client: {address: '2001:db8::1'}",
            Some("2001:db8::1"),
            None,
        ),
        (
            "client: {address: 192.0.2.1, subject: CN=a}",
            Some("192.0.2.1"),
            Some(("CN=a", names(&[]))),
        ),
        (
            "client: {names: [a, b]}",
            None,
            Some(("", names(&["a", "b"]))),
        ),
        ("client: {names: []}", None, Some(("", names(&[])))),
    ] {
        let client = case(lines).unwrap().delivery().unwrap().client;
        let got = client.address.map(|address| address.to_string());
        assert_eq!(got.as_deref(), address, "{lines}");
        let expected = certificate.map(|(subject, names)| VerifiedCertificate {
            subject: subject.to_owned(),
            names,
        });
        assert_eq!(client.certificate.as_deref(), expected.as_ref(), "{lines}");
    }
}

#[test]
fn a_body_comes_in_four_ways_or_not_at_all() {
    for (lines, body) in [
        ("", ""),
        ("body: body.json", "{}\n"),
        ("text: '{}'", "{}"),
        ("base64: /w==", "\u{ff}"),
        ("repeat: {text: ab, times: 3}", "ababab"),
    ] {
        let expected: Vec<u8> = match body {
            "\u{ff}" => vec![0xff],
            body => body.into(),
        };
        let delivery = case(lines).unwrap().delivery().unwrap();
        assert_eq!(&*delivery.body, expected, "{lines}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (lines, named) in [
        ("tokens: a", "tokens"),
        ("credentials: {}", "credentials"),
        ("request: {path: /}", "path"),
        ("sign: [{header: a, now: unix-seconds, at: b}]", "at"),
        ("text: a\nbase64: YQ==", "more than one of body, text"),
        ("body: ../body.json", "is not the name of a file"),
        ("body: gone.json", "gone.json"),
        ("base64: '?'", "base64"),
        ("repeat: {text: aaaa, times: 99999999999}", "times"),
        ("now: yesterday", "now \"yesterday\""),
        ("request: {method: 'A B'}", "request.method"),
        ("request: {target: hook}", "request.target"),
        ("request: {headers: [['a b', c]]}", "request.headers[0]"),
        ("client: {name: a}", "name"),
        ("client: {address: localhost}", "IP address"),
        ("sign: [{now: unix-seconds}]", "header and header-from"),
        (
            "sign: [{header: a}]",
            "one of now, credential, basic, hmac and token",
        ),
        ("sign: [{header: a, now: rfc3339}]", "rfc3339"),
        (
            "sign: [{header: a, hmac: {algorithm: md5, key: token, encoding: text, digest: hex, \
             message: [body]}}]",
            "md5",
        ),
    ] {
        let error = wrong(lines);
        assert!(error.contains(named), "{lines}: {error}");
        assert!(!error.contains(SECRET), "{lines}: {error}");
    }
}

#[test]
fn only_an_accepted_or_ignored_delivery_has_an_event() {
    for (field, value) in [
        ("event", "{kind: push}"),
        ("events", "[]"),
        ("complete", "true"),
        ("class", "ping"),
    ] {
        let yaml = format!(
            "provider: github\ncredentials: {{}}\n\
             expect: {{outcome: malformed, status: 400, {field}: {value}}}"
        );
        let error = Case::parse("a", &yaml, |_| Ok(Vec::new())).err().unwrap();
        let expected = format!("expect.{field}: ");
        assert!(error.to_string().contains(&expected), "{error:#}");
    }
}

#[test]
fn signs_as_github_documents_it() {
    let delivery = case(
        "text: 'Hello, World!'\nsign: [{header: X-Hub-Signature-256, prefix: 'sha256=', hmac: \
         {algorithm: sha256, key: token, encoding: text, digest: hex, message: [body]}}]",
    )
    .unwrap()
    .delivery()
    .unwrap();
    assert_eq!(
        header(&delivery, "x-hub-signature-256"),
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    );
}

fn secret(pairs: &[(&str, &str)]) -> SecretData {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), SecretBytes::new((*value).into())))
        .collect()
}

fn signer(secret: &SecretData) -> Signer<'_> {
    Signer {
        secret,
        config: None,
        token: None,
    }
}

/// A sample that signs with five keys of the Secret.
fn sample() -> Case {
    case(
        "request: {target: /hook/test?a=b, headers: [[webhook-id, msg_p5jXN8AQM9LWM0D4loKWxJek]]}\n\
         text: '{\"test\": 2432232314}'\nsign:\n\
         - {header: webhook-timestamp, now: unix-seconds}\n\
         - {header: webhook-signature, prefix: 'v1,', hmac: {algorithm: sha256, key: signingToken, \
            encoding: whsec, digest: base64, message: [{header: webhook-id}, {text: .}, \
            {header: webhook-timestamp}, {text: .}, body]}}\n\
         - {header: Authorization, basic: {username: username, password: password}}\n\
         - {header-from: headerName, prefix: 'Key ', credential: headerValue}",
    )
    .unwrap()
}

fn live_secret() -> SecretData {
    secret(&[
        ("signingToken", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("username", "Aladdin"),
        ("password", "open sesame"),
        ("headerName", "X-Key"),
        ("headerValue", "hunter22"),
    ])
}

fn live_delivery(secret: &SecretData) -> anyhow::Result<Delivery> {
    let now = Timestamp::from_second(1_614_265_330).unwrap();
    sample().delivery_to("/hook/live", signer(secret), now)
}

#[test]
fn a_sample_is_signed_with_a_live_secret() {
    let keys = [
        "headerName",
        "headerValue",
        "password",
        "signingToken",
        "username",
    ];
    assert_eq!(sample().signing_keys(), keys);
    let delivery = live_delivery(&live_secret()).unwrap();
    assert_eq!(delivery.target, "/hook/live?a=b");
    for (name, expected) in [
        ("webhook-timestamp", "1614265330"),
        // Published with libraries/*/test of standard-webhooks/standard-webhooks.
        (
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        // The example of RFC 7617, section 2.
        ("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("x-key", "Key hunter22"),
    ] {
        assert_eq!(header(&delivery, name), expected, "{name}");
    }
    assert!(delivery.headers["x-key"].is_sensitive());
}

#[test]
fn what_is_wrong_with_a_live_secret_is_named_and_not_shown() {
    for (key, value, named) in [
        ("signingToken", None, "no key 'signingToken'"),
        ("signingToken", Some("hunter22"), "'signingToken' is not"),
        ("password", Some(""), "'password' is empty"),
        ("headerName", Some("hunter 22"), "'headerName' is not"),
        ("headerValue", Some("hunter22\n"), "x-key"),
    ] {
        let mut secret = live_secret();
        secret.remove(key);
        secret.extend(value.map(|value| (key.to_owned(), SecretBytes::new(value.into()))));
        let error = format!("{:#}", live_delivery(&secret).unwrap_err());
        assert!(error.contains(named), "{key}: {error}, expected {named}");
        assert!(!error.contains("hunter"), "{key}: {error}");
    }
}

#[test]
fn finds_every_case_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases");
    for name in ["b/one", "a/two", "a/one", "a/none"] {
        fs::create_dir_all(cases.join(name)).unwrap();
        if name != "a/none" {
            let yaml = "provider: a\ncredentials: {}\nexpect: {outcome: malformed, status: 400}\n";
            fs::write(cases.join(name).join("case.yaml"), yaml).unwrap();
        }
    }
    let names = |folders: &[PathBuf]| -> Vec<String> {
        let found = find(folders).unwrap();
        found.into_iter().map(|case| case.name).collect()
    };
    assert_eq!(
        names(std::slice::from_ref(&cases)),
        ["a/one", "a/two", "b/one"]
    );
    assert_eq!(
        names(&[cases.join("b"), cases.join("a/two")]),
        ["b/one", "a/two"]
    );

    let error = find(&[cases.join("a/none")]).err().unwrap().to_string();
    assert!(error.contains("has no case.yaml"), "{error}");
    fs::write(cases.join("a/one/case.yaml"), "provider: a\nbodi: b\n").unwrap();
    let error = format!("{:#}", find(&[cases]).err().unwrap());
    assert!(
        error.contains("case.yaml") && error.contains("bodi"),
        "{error}"
    );
}

#[test]
fn the_cases_of_this_repository_can_be_read_and_signed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    for case in find(&[folder]).unwrap() {
        case.delivery().unwrap();
        assert!(case.name.starts_with(&case.provider), "{}", case.name);
        if case.sample.is_some() {
            let secret = case.secret().data;
            let signer = Signer {
                config: case.config.as_ref(),
                ..signer(&secret)
            };
            case.delivery_to("/hook/live", signer, Timestamp::now())
                .unwrap();
        }
    }
}
