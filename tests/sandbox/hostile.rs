//! `bellpull check --hostile`: every bundled provider refuses every forgery, and a component that does
//! not is caught.

use std::fs;
use std::path::Path;

use bellpull_tests::cases::provider_folders;
use bellpull_tests::guest;
use bellpull_tests::patience::PATIENCE;
use bellpull_tests::serve::{run, said};
use serde_json::Value;

#[test]
fn bundled_providers_refuse_every_forgery() {
    let mut forgeries = 0;
    for folder in provider_folders() {
        let provider = folder.file_name().unwrap().to_str().unwrap();
        let rows = check(provider, &folder, &["--hostile"], 0);
        forgeries += rows.iter().filter(|row| !row["forgery"].is_null()).count();
    }
    assert!(forgeries > 5_000, "only {forgeries} were derived");
}

/// What is accepted where nothing is checked.
const EVERYTHING: [&str; 13] = [
    "other secret: signingKey",
    "empty Secret: signingKey",
    "no proof",
    "empty x-mac",
    "doubled x-mac",
    "flipped x-mac",
    "truncated x-mac",
    "lengthened x-mac",
    "sha1 in x-mac",
    "sha384 in x-mac",
    "sha512 in x-mac",
    "changed body: one more line end",
    "changed body: /kind",
];

#[test]
fn each_kind_of_laxness_is_caught() {
    let message = |message: &str| {
        format!(
            "{{header: x-mac, hmac: {{algorithm: sha256, key: token, encoding: text, digest: hex, \
             message: [{message}]}}}}"
        )
    };
    let body = message("body");
    let timed = format!(
        "{{header: x-time, now: unix-seconds}}, {}",
        message("{header: x-time}, body")
    );
    let by_another_key = body.replace("key: token", "key: signingKey");
    let cases: [(&str, &str, &str, &[&str]); 6] = [
        ("lax", "first-of-several", &body, &["doubled x-mac"]),
        ("lax", "start-of-mac", &body, &["lengthened x-mac"]),
        (
            "lax",
            "algorithm-by-length",
            &body,
            &["sha1 in x-mac", "sha384 in x-mac", "sha512 in x-mac"],
        ),
        (
            "lax",
            "any-time",
            &timed,
            &["replayed a day later", "signed a day ahead"],
        ),
        (
            "lax",
            "header-alone",
            &message("{header: x-id}"),
            &["changed body: /kind"],
        ),
        ("open", "accept-unproven", &by_another_key, &EVERYTHING),
    ];
    let folder = tempfile::tempdir().unwrap();
    let component = component(folder.path());
    for (provider, behaviour, sign, accepted) in cases {
        let cases = folder.path().join(behaviour);
        write_case(&cases, provider, behaviour, &format!("sign: [{sign}]"));
        let rows = check(&component, &cases, &["--hostile"], 1);
        let failed: Vec<&str> = rows
            .iter()
            .filter(|row| row["passed"] == false)
            .map(|row| row["forgery"].as_str().expect("a forgery"))
            .collect();
        assert_eq!(failed, accepted, "{behaviour}");
        for row in rows.iter().filter(|row| row["passed"] == false) {
            let difference = row["differences"][0].as_str().unwrap_or_default();
            assert!(difference.contains("got notified"), "{behaviour}: {row}");
        }
    }
}

#[test]
fn what_cannot_be_derived_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let component = component(folder.path());
    let cases = folder.path().join("cases");
    write_case(&cases, "open", "accept-unproven", "");
    let path = cases.to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&["check", "--hostile", &component, path]));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let note = "note: nothing but the path proves the delivery: a forgery cannot be told (";
    assert!(stdout.contains(note), "{stdout}");
    assert!(
        stdout.ends_with("1 passed, 0 failed\nderived from them: 0 passed, 0 failed\n"),
        "{stdout}"
    );
    let refused = folder.path().join("refused");
    write_case(&refused, "lax", "first-of-several", "");
    let yaml = fs::read_to_string(refused.join("case.yaml")).unwrap();
    let yaml = yaml.replace(
        "{outcome: notified, status: 200}",
        "{outcome: unauthenticated, status: 401}",
    );
    fs::write(refused.join("case.yaml"), yaml).unwrap();
    let refused = refused.to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&["check", "--hostile", &component, refused]));
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    assert!(stderr.contains("nothing was derived"), "{stdout}{stderr}");
    let (code, _, stderr) = said(&run(&["check", "--hostile", "--bench", &component, path]));
    assert_eq!(code, Some(64), "{stderr}");
}

#[test]
fn each_trap_is_told_with_the_last_lines_of_the_component() {
    let folder = tempfile::tempdir().unwrap();
    let component = component(folder.path());
    let cases = folder.path().join("cases");
    // More than a server takes before a component rests.
    let count = 7;
    for number in 1..=count {
        write_case(
            &cases.join(number.to_string()),
            "misbehaving",
            "log-and-abort",
            "",
        );
    }
    let rows = check(&component, &cases, &[], 1);
    assert_eq!(rows.len(), count);
    let last: Vec<String> = (3..=12).map(|line| format!("line {line} of it")).collect();
    for row in &rows {
        let reason = row["reason"].as_str().unwrap_or_default();
        assert!(reason.starts_with("trap: "), "{row}");
        assert_eq!(row["log"], serde_json::json!(last), "{row}");
    }
    let path = cases.to_str().unwrap();
    let (_, stdout, _) = said(&run(&["check", &component, path]));
    let below = "\n     | line 11 of it\n     | line 12 of it\n";
    assert_eq!(stdout.matches(below).count(), count, "{stdout}");
}

/// The misbehaving component, in a file.
fn component(folder: &Path) -> String {
    let file = folder.join("misbehaving.wasm");
    fs::write(&file, guest::component()).unwrap();
    file.to_str().unwrap().to_owned()
}

fn write_case(folder: &Path, provider: &str, behaviour: &str, sign: &str) {
    fs::create_dir_all(folder).unwrap();
    let yaml = format!(
        "provider: {provider}\n\
         credentials: {{token: a-token-for-tests, signingKey: a-key-for-tests}}\n\
         request: {{headers: [[x-do, {behaviour}], [x-id, '1'], [x-name, it]]}}\n\
         text: '{{\"kind\": \"push\"}}'\n\
         expect: {{outcome: notified, status: 200}}\n{sign}"
    );
    fs::write(folder.join("case.yaml"), yaml).unwrap();
}

/// The rows of `bellpull check`, which exits with this code.
fn check(component: &str, cases: &Path, arguments: &[&str], exits: i32) -> Vec<Value> {
    // No busy machine ends a replay.
    let patience = format!("--verify-timeout={}s", PATIENCE.as_secs());
    let cases = cases.to_str().unwrap();
    let fixed = ["check", component, cases, "-o", "json", &patience];
    let (code, stdout, stderr) = said(&run(&[&fixed, arguments].concat()));
    assert_eq!(code, Some(exits), "{component}: {stdout}{stderr}");
    serde_json::from_str(&stdout).expect("rows")
}
