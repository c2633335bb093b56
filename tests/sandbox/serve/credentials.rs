//! Credentials that cannot be right, or hardly: what people see of them.

use bellpull_tests::manifests::{TOKEN, path, put, receiver, secret, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request, run, said};
use serde_json::Value;

const TO_APP: &str = "resources: [{kind: GitRepository, name: app}]";

fn spec(provider: &str, secret: &str) -> String {
    format!("{{type: {provider}, secretRef: {{name: {secret}}}, {TO_APP}}}")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let all = [
        receiver("blank", &spec("github", "blank")),
        receiver("ended", &spec("github", "ended")),
        receiver("header", &spec("gitlab", "ended")),
        receiver("right", &spec("github", "token")),
        secret("blank", r#"{token: " \n"}"#),
        secret("ended", r#"{token: "hunter22\n"}"#),
        token(),
    ];
    put(folder.path(), "all.yaml", &all.concat());
    folder
}

const CLOSED: [&str; 2] = [
    "invalid 'default/blank' secret data: field 'token' holds nothing but white space: give it a value",
    "invalid 'default/ended' secret data: field 'token' ends in a line end (LF), which no header \
     carries: remove it",
];
const WARNED: [&str; 2] = [
    "secret 'default/ended': field 'token' ends in a line end (LF), which is taken as a part of it",
    "secret 'default/ended': field 'token' has fewer than 16 characters and can be guessed",
];

#[test]
fn the_table_says_what_closes_and_what_warns() {
    let folder = folder();
    let manifests = folder.path().to_str().unwrap();
    for format in ["table", "wide"] {
        let listed = run(&["receivers", "--manifests", manifests, "-o", format]);
        let (code, table, _) = said(&listed);
        assert_eq!(code, Some(0), "{table}");
        let closed = [("blank", CLOSED[0]), ("header", CLOSED[1])];
        let closed = closed.map(|(name, why)| format!("  {name}: {why}\n"));
        let warned = WARNED.map(|what| format!("  ended: warning: {what}\n"));
        for line in closed.iter().chain(&warned) {
            assert!(table.contains(line), "{line:?} is not in {table}");
        }
        assert!(
            !table.contains("right: ") && !table.contains("hunter"),
            "{table}"
        );
    }
    let (_, json, _) = said(&run(&["receivers", "--manifests", manifests, "-o", "json"]));
    let rows: Value = serde_json::from_str(&json).unwrap();
    let warnings: Vec<&Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["warnings"])
        .collect();
    let none = serde_json::json!([]);
    assert_eq!(warnings, [&none, &serde_json::json!(WARNED), &none, &none]);
}

#[test]
fn the_log_warns_once_and_the_answer_counts_what_has_no_manifest() {
    let folder = folder();
    let served = Served::start(folder.path(), &[]);
    let lines = || -> usize {
        let log = served.stderr();
        let warned = log
            .lines()
            .filter(|line| line.contains("WARN") && line.contains(WARNED[0]));
        assert!(!log.contains("hunter"), "{log}");
        warned.count()
    };
    served.until("warned", || lines() == 1);

    let (headers, body) = push(TOKEN);
    let (status, answer) = request(
        served.receiver,
        "POST",
        &path("right", TOKEN),
        &headers,
        &body,
    );
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let told = (status, &answer["message"]);
    assert_eq!(
        told,
        (200, &Value::from("1 notified (1 without a manifest)"))
    );
    assert_eq!(lines(), 1, "once");
}
