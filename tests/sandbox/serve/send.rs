//! Samples that `bellpull send` signs, sent to a server.

use std::fs;
use std::path::{Path, PathBuf};

use bellpull::cases::Case;
use bellpull_tests::cases::{objects, samples};
use bellpull_tests::issuer::{Issuer, KeyKind};
use bellpull_tests::manifests::{put, receiver, token};
use bellpull_tests::serve::{Served, run, said};
use serde_json::json;

/// The exit code of `send`, its stdout and its stderr.
fn send(
    served: &Served,
    folder: &Path,
    name: &str,
    arguments: &[&str],
) -> (Option<i32>, String, String) {
    let to = format!("http://{}", served.receiver);
    let folder = folder.to_str().expect("a path in UTF-8");
    let fixed = ["send", name, "--manifests", folder, "--to", &to];
    said(&run(&[&fixed, arguments].concat()))
}

#[test]
fn every_sample_is_taken_by_its_receiver() {
    let folder = tempfile::tempdir().expect("a folder");
    let samples = samples();
    let name = |case: &Case| case.name.replace('/', "-");
    let resources = json!([{"kind": "GitRepository", "name": "app"}]);
    let objects = |case: &Case| objects(case, "default", &name(case), &resources);
    let all: Vec<String> = samples.iter().flat_map(objects).collect();
    put(folder.path(), "all.yaml", &all.join("\n---\n"));
    let served = Served::start(folder.path(), &[]);
    let mut providers: Vec<&str> = samples.iter().map(|c| c.provider.as_str()).collect();
    providers.dedup();
    assert!(providers.len() >= 18, "{providers:?}");
    for case in &samples {
        let event = case.sample.as_deref().expect("a sample");
        let sent = send(&served, folder.path(), &name(case), &["--event", event]);
        let (code, stdout, stderr) = sent;
        assert_eq!(code, Some(0), "{}: {stdout}{stderr}", case.name);
        let outcome = format!("\"outcome\": \"{}\"", case.expect.outcome);
        assert!(stdout.contains(&outcome), "{}: {stdout}", case.name);
    }
}

#[test]
fn a_token_of_an_issuer_is_presented_from_its_file() {
    let issuer = Issuer::start(None, KeyKind::Rsa).expect("an issuer");
    let spec = format!(
        "{{type: generic-oidc, resources: [{{kind: GitRepository, name: app}}], \
         oidcProviders: [{{issuerURL: '{}', \
         validations: [{{expression: \"claims.sub == 'us'\", message: not us}}]}}]}}",
        issuer.url()
    );
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "a.yaml", &receiver("ci", &spec));
    let served = Served::start(folder.path(), &[]);
    let file = |name: &str, text: &str| -> PathBuf {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("written");
        file
    };
    let right = issuer.token(json!({"aud": "notification-controller", "sub": "us"}));
    let other = issuer.token(json!({"aud": "notification-controller", "sub": "them"}));
    for (name, text, code, said) in [
        ("right", format!("{right}\n"), 0, "notified"),
        ("other", other.clone(), 1, "unauthenticated"),
        ("empty", "\n".to_owned(), 64, "it is empty"),
    ] {
        let file = file(name, &text);
        let file = file.to_str().expect("a path in UTF-8");
        let (got, stdout, stderr) = send(&served, folder.path(), "ci", &["--token-file", file]);
        assert_eq!(got, Some(code), "{name}: {stdout}{stderr}");
        let all = stdout + &stderr;
        assert!(all.contains(said), "{name}: {all}");
        assert!(!all.contains(&right) && !all.contains(&other), "{all}");
    }
    let missing = ["--token-file", "no/such"];
    let (code, _, stderr) = send(&served, folder.path(), "ci", &missing);
    assert_eq!(code, Some(64), "{stderr}");
    assert!(stderr.contains("--token-file no/such"), "{stderr}");
    let manifests = folder.path().to_str().expect("a path in UTF-8");
    let listed = run(&["receivers", "--manifests", manifests, "--send-hints"]);
    let (_, hints, _) = said(&listed);
    assert!(hints.contains(" --token-file FILE"), "{hints}");
    let (code, _, stderr) = send(&served, folder.path(), "ci", &[]);
    assert_eq!(code, Some(64), "{stderr}");
    assert!(stderr.contains("--token-file"), "{stderr}");
}

#[test]
fn what_cannot_be_signed_here_says_who_can() {
    let folder = tempfile::tempdir().expect("a folder");
    let topic = "{type: aws-sns, config: {topicArn: 'arn:aws:sns:eu-west-1:123456789012:ecr'}, \
                  secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";
    let github = "{type: github, secretRef: {name: token}, \
                   resources: [{kind: GitRepository, name: app}]}";
    let all = receiver("topic", topic) + &receiver("app", github) + &token();
    put(folder.path(), "all.yaml", &all);
    put(folder.path(), "token", "a.b.c");
    let served = Served::start(folder.path(), &[]);
    let (code, _, stderr) = send(&served, folder.path(), "topic", &[]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("plugins/aws-sns"), "{stderr}");
    let file = folder.path().join("token");
    let arguments = ["--token-file", file.to_str().expect("a path in UTF-8")];
    let (code, _, stderr) = send(&served, folder.path(), "app", &arguments);
    assert_eq!(code, Some(64), "{stderr}");
    assert!(
        stderr.contains("--token-file") && stderr.contains("github"),
        "{stderr}"
    );
}
