//! Cases that `bellpull send --case` signs, sent to a server.

use std::fs;
use std::path::Path;

use bellpull_tests::manifests::{put, receiver, token};
use bellpull_tests::serve::{Served, run, said};

const SPEC: &str = "{type: github, secretRef: {name: token}, \
                    resources: [{kind: GitRepository, name: app}]}";
const ISSUED: &str = "sign: [{header: authorization, prefix: 'Bearer ', token: issued}]";

/// A server of one Receiver, and a folder for cases.
struct World {
    manifests: tempfile::TempDir,
    served: Served,
    cases: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let manifests = tempfile::tempdir().unwrap();
        put(
            manifests.path(),
            "all.yaml",
            &(receiver("app", SPEC) + &token()),
        );
        Self {
            served: Served::start(manifests.path(), &[]),
            manifests,
            cases: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes a case and sends it. Its Secret is not that of the Receiver.
    fn send(&self, provider: &str, sign: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let case = self.cases.path().join("cases/push");
        fs::create_dir_all(&case).unwrap();
        let yaml = format!(
            "provider: {provider}\ncredentials: {{token: another-secret-than-here}}\n\
             now: 2026-01-02T03:04:05Z\n\
             request: {{headers: [[content-type, application/json], [x-github-event, push]]}}\n\
             text: '{{\"ref\": \"refs/heads/main\"}}'\n\
             expect: {{outcome: notified, status: 200}}\n{sign}"
        );
        fs::write(case.join("case.yaml"), yaml).unwrap();
        self.send_folder(&case, arguments)
    }

    fn send_folder(&self, case: &Path, arguments: &[&str]) -> (Option<i32>, String) {
        let to = format!("http://{}", self.served.receiver);
        let manifests = self.manifests.path().to_str().unwrap();
        let fixed = ["send", "app", "--manifests", manifests, "--to", &to];
        let case = ["--case", case.to_str().unwrap()];
        let (code, stdout, stderr) = said(&run(&[&fixed[..], &case, arguments].concat()));
        (code, stdout + &stderr)
    }
}

/// A recipe as GitHub signs, with a key of the Secret.
fn signed_by(key: &str) -> String {
    format!(
        "sign: [{{header: x-hub-signature-256, prefix: sha256=, hmac: {{algorithm: sha256, \
         key: {key}, encoding: text, digest: hex, message: [body]}}}}]"
    )
}

#[test]
fn a_case_is_signed_with_the_secret_of_its_receiver() {
    let world = World::new();
    let body = world.cases.path().join("body.json");
    fs::write(&body, "{}").unwrap();
    let body = ["--body", body.to_str().unwrap()];
    let header = ["--header", "x-hub-signature-256: sha256=00"];
    let cases: [(&[&str], i32, &str); 3] = [
        (&[], 0, "(cases/push, 26 bytes)\n200 OK"),
        (&body, 0, "(cases/push, 2 bytes)\n200 OK"),
        (&header, 1, "401 Unauthorized"),
    ];
    for (arguments, code, expected) in cases {
        let (got, said) = world.send("github", &signed_by("token"), arguments);
        assert_eq!(got, Some(code), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{expected:?} is not in {said}");
    }
}

#[test]
fn a_case_that_cannot_be_signed_or_sent_says_why() {
    let world = World::new();
    let cases: [(&str, &str, &[&str], i32, &str); 5] = [
        (
            "github",
            "",
            &[],
            1,
            "case cases/push has no 'sign': its headers are sent as they are written",
        ),
        (
            "gitlab",
            &signed_by("token"),
            &[],
            64,
            "it was recorded for provider \"gitlab\", and Receiver default/app is of type \"github\"",
        ),
        (
            "github",
            &signed_by("signingKey"),
            &[],
            1,
            "case cases/push cannot be signed for this Receiver: sign[0]: the Secret has no key \
             'signingKey'",
        ),
        ("github", ISSUED, &[], 64, "holds it with --token-file"),
        (
            "github",
            &signed_by("token"),
            &["--event", "push"],
            64,
            "'--event <EVENT>'",
        ),
    ];
    for (provider, sign, arguments, code, expected) in cases {
        let (got, said) = world.send(provider, sign, arguments);
        assert_eq!(got, Some(code), "{said}");
        assert!(said.contains(expected), "{expected:?} is not in {said}");
    }
    let (got, said) = world.send_folder(world.cases.path(), &[]);
    assert_eq!(got, Some(1), "{said}");
    assert!(said.contains("case.yaml cannot be read"), "{said}");
}
