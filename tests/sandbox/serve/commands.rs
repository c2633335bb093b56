use std::net::TcpListener;
use std::process::Command;

use bellpull_tests::manifests::{TOKEN, put, receiver, token};
use bellpull_tests::serve::{Served, binary, run, said};
use serde_json::Value;

const SPEC: &str = "{type: github, events: [push], secretRef: {name: token}, \
                     resources: [{kind: GitRepository, name: app}]}";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(
        folder.path(),
        "all.yaml",
        &(receiver("app", SPEC) + &token()),
    );
    folder
}

#[test]
fn a_missing_certificate_file_ends_with_64_before_a_port_is_bound() {
    let folder = folder();
    let manifests = folder.path().to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&[
        "serve",
        "--manifests",
        manifests,
        "--trust-ca",
        "nowhere.pem",
    ]));
    assert_eq!(code, Some(64), "{stderr}");
    assert!(stderr.contains("--trust-ca nowhere.pem"), "{stderr}");
    assert!(
        !stdout.contains("listening") && !stderr.contains("listening"),
        "{stdout}{stderr}"
    );
}

#[test]
fn mistakes_end_with_64_before_a_port_is_bound() {
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["serve", "--manifests", "m", "--log-format", "xml"],
            &["--log-format", "xml", "json"],
        ),
        (
            &["serve", "--manifests", "m", "--on-notify", "echo 'a"],
            &["--on-notify", "echo 'a", "closing quote"],
        ),
        (
            &["receivers", "--manifests", ".", "--plugins", "no/such"],
            &["--plugins no/such", "there is no such directory"],
        ),
        (&["sevre"], &["sevre", "serve"]),
        (&["check", "github"], &["CASES_DIR"]),
    ];
    for (arguments, parts) in cases {
        let (code, stdout, stderr) = said(&run(arguments));
        assert_eq!(code, Some(64), "{arguments:?}: {stderr}");
        assert!(
            !stdout.contains("listening") && !stderr.contains("listening"),
            "{stderr}"
        );
        for part in *parts {
            assert!(
                stderr.contains(part),
                "{arguments:?}: {part:?} is not in {stderr}"
            );
        }
    }
}

#[test]
fn without_a_directory_or_a_cluster_both_ways_are_named() {
    let home = folder();
    let output = Command::new(binary())
        .arg("serve")
        .env("HOME", home.path())
        .env_remove("KUBECONFIG")
        .env_remove("KUBERNETES_SERVICE_HOST")
        .output()
        .expect("bellpull runs");
    let (code, _, stderr) = said(&output);
    assert_eq!(code, Some(64), "{stderr}");
    for part in ["--kubeconfig", "--manifests", "service account"] {
        assert!(stderr.contains(part), "{part:?} is not in {stderr}");
    }
    assert!(!stderr.contains("listening"), "{stderr}");
}

#[test]
fn a_port_in_use_names_itself_and_its_flag() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let manifests = folder.path().to_str().unwrap();
    let (code, _, stderr) = said(&run(&[
        "serve",
        "--manifests",
        manifests,
        "--receiver-addr",
        "127.0.0.1:0",
        "--health-addr",
        &address,
        "--metrics-addr",
        "127.0.0.1:0",
    ]));
    assert_eq!(code, Some(1), "{stderr}");
    for part in [address.as_str(), "--health-addr", "in use"] {
        assert!(stderr.contains(part), "{part:?} is not in {stderr}");
    }
}

#[test]
fn a_program_that_is_not_there_is_named_before_a_port_is_bound() {
    let folder = folder();
    let file = folder.path().join("all.yaml");
    for program in [
        "no-such-program",
        "./no/such/program",
        file.to_str().unwrap(),
    ] {
        let manifests = folder.path().to_str().unwrap();
        let arguments = ["serve", "--manifests", manifests, "--on-notify", program];
        let (code, _, stderr) = said(&run(&arguments));
        assert_eq!(code, Some(1), "{stderr}");
        for part in ["--on-notify", program, "executable file", "PATH"] {
            assert!(stderr.contains(part), "{part:?} is not in {stderr}");
        }
        assert!(!stderr.contains("listening"), "{stderr}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    for arguments in [vec!["serve"], vec!["receivers"], vec!["send", "app"]] {
        let arguments: Vec<&str> = arguments
            .into_iter()
            .chain(["--manifests", "/not/there"])
            .collect();
        let (code, _, stderr) = said(&run(&arguments));
        assert_eq!(code, Some(64), "{arguments:?}: {stderr}");
        assert!(stderr.contains("--manifests /not/there"), "{stderr}");
    }
}

#[test]
fn receivers_are_listed_and_sent_to() {
    let folder = folder();
    let manifests = folder.path().to_str().unwrap();
    let (code, table, _) = said(&run(&[
        "receivers",
        "--manifests",
        manifests,
        "--send-hints",
    ]));
    assert_eq!(code, Some(0), "{table}");
    let columns: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(
        columns,
        ["NAMESPACE", "NAME", "PROVIDER", "READY", "REASON", "PATH"]
    );
    assert!(
        table.contains(&format!("bellpull send app --manifests {manifests}")),
        "{table}"
    );

    let (_, json, _) = said(&run(&["receivers", "--manifests", manifests, "-o", "json"]));
    let rows: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        rows[0]["path"],
        bellpull_tests::manifests::path("app", TOKEN)
    );
    assert_eq!(rows[0]["authentication"], "signature");

    let served = Served::start(folder.path(), &[]);
    let to = format!("http://{}", served.receiver);
    let send = ["send", "app", "--manifests", manifests, "--to", &to];
    let (code, stdout, stderr) = said(&run(&send));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("\"outcome\": \"notified\""), "{stdout}");
    served.until("notified", || served.notifications().len() == 1);

    let spoilt = [&send[..], &["--header", "x-hub-signature-256: sha256=00"]].concat();
    let (code, stdout, _) = said(&run(&spoilt));
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.contains("unauthenticated"), "{stdout}");
}

#[test]
fn a_namespace_limits_what_is_read_of_a_directory() {
    let folder = folder();
    let other = "metadata: {namespace: other, name: ";
    let receiver = receiver("there", SPEC).replace("metadata: {name: ", other);
    put(folder.path(), "other.yaml", &receiver);
    let targets = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
                   metadata: {name: app}\n---\n\
                   apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
                   metadata: {name: app, namespace: other}\n";
    put(folder.path(), "targets.yaml", targets);
    let manifests = folder.path().to_str().unwrap();
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/github/push-branch");
    let commands: [(&[&str], [&str; 2]); 3] = [
        (
            &["receivers", "--explain", case],
            ["Receiver default/app", "Receiver other/there"],
        ),
        (&["receivers"], ["default     app", "other       there"]),
        (
            &["filter", "true"],
            ["GitRepository/default/app", "GitRepository/other/app"],
        ),
    ];
    for (command, [here, there]) in commands {
        for (flags, expected) in [
            (vec![], [true, true]),
            (vec!["-n", "other"], [false, true]),
            (vec!["-n", "other", "-A"], [true, true]),
        ] {
            let place = ["--manifests", manifests];
            let (code, table, _) = said(&run(&[command, &place, &flags].concat()));
            assert_eq!(code, Some(0), "{command:?} {flags:?}: {table}");
            let found = [table.contains(here), table.contains(there)];
            assert_eq!(found, expected, "{command:?} {flags:?}: {table}");
        }
    }
}

#[test]
fn send_says_what_it_cannot_do() {
    let folder = folder();
    let manifests = folder.path().to_str().unwrap();
    let cases: &[(&[&str], &[&str])] = &[
        (&["send", "nobody"], &["default/nobody", "default/app"]),
        (&["send", "app", "--event", "star"], &["\"star\"", "push"]),
        (
            &["send", "app", "--to", "http://127.0.0.1:1"],
            &["127.0.0.1:1", "bellpull serve"],
        ),
        (
            &["send", "app", "--body", "/not/there"],
            &["--body /not/there"],
        ),
    ];
    for (arguments, parts) in cases {
        let arguments = [arguments, &["--manifests", manifests][..]].concat();
        let (code, _, stderr) = said(&run(&arguments));
        assert_eq!(code, Some(1), "{arguments:?}: {stderr}");
        for part in *parts {
            assert!(
                stderr.contains(part),
                "{arguments:?}: {part:?} is not in {stderr}"
            );
        }
    }
}

#[test]
fn check_tells_what_differs_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("wrong");
    std::fs::create_dir(&case).unwrap();
    let yaml = "provider: generic\ncredentials: {token: t}\n\
                expect: {outcome: ignored, status: 200}\n";
    std::fs::write(case.join("case.yaml"), yaml).unwrap();
    let cases = folder.path().to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&["check", "generic", cases]));
    assert_eq!(code, Some(1), "{stdout}{stderr}");
    assert!(
        stdout.contains("outcome: expected ignored, got notified"),
        "{stdout}"
    );
    assert!(stdout.ends_with("0 passed, 1 failed\n"), "{stdout}");

    let (code, _, stderr) = said(&run(&["check", "githup", cases]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("githup") && stderr.contains("github, gitlab"),
        "{stderr}"
    );

    let component = folder.path().join("x.wasm");
    std::fs::write(&component, b"\0asm\x01\0\0\0").unwrap();
    let (code, _, stderr) = said(&run(&["check", component.to_str().unwrap(), cases]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("core WebAssembly module"), "{stderr}");
}
