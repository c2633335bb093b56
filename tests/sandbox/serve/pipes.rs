//! Readers that close a pipe early, as `| head` does.

use std::io::{BufRead as _, BufReader, PipeWriter};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::patience::comes;
use bellpull_tests::push::push;
use bellpull_tests::serve::{binary, get, request, said};
use serde_json::Value;

/// The exit code that a shell gives a program that SIGPIPE ended.
const UNREAD: i32 = 141;
const SPEC: &str = "{type: github, events: [push], secretRef: {name: token}, \
                     resources: [{kind: GitRepository, name: app}]}";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let all = receiver("app", SPEC) + &token();
    put(folder.path(), "all.yaml", &all);
    folder
}

/// A pipe without a reader.
fn unread() -> PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}

#[test]
fn what_nobody_reads_ends_a_command_quietly() {
    let folder = folder();
    let manifests = folder.path().to_str().unwrap();
    let project = folder.path().join("acme");
    let project = project.to_str().unwrap();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/github/push-branch");
    let case = case.to_str().unwrap();
    let commands: &[&[&str]] = &[
        &["--help"],
        &["--version"],
        &["serve", "--help"],
        &["serve", "-h"],
        &["crds", "receivers"],
        &["completions", "bash"],
        &["version"],
        &["version", "-o", "json"],
        &["receivers", "--manifests", manifests],
        &["receivers", "--manifests", manifests, "-o", "json"],
        &["receivers", "--manifests", manifests, "--explain", case],
        &["check", "github", case],
        &["check", "github", case, "-o", "json"],
        &["inspect", "github"],
        &["plugins", "--no-server"],
        &["filter", "true"],
        &["filter", "--reference"],
        &["send", "app", "--manifests", manifests],
        &["new", "acme", "--path", project],
    ];
    for arguments in commands {
        let mut command = Command::new(binary());
        let command = command.args(*arguments).stdout(unread());
        let (code, _, stderr) = said(&command.output().unwrap());
        assert_eq!((code, stderr.as_str()), (Some(UNREAD), ""), "{arguments:?}");
    }
}

#[test]
fn without_a_reader_of_stderr_a_command_ends_as_ever() {
    let folder = folder();
    put(folder.path(), "broken.yaml", "kind: [");
    let manifests = folder.path().to_str().unwrap();
    let commands: &[(&[&str], i32, &str)] = &[
        (&["receivers", "--manifests", manifests], 1, "NAMESPACE"),
        (&["receivers", "--manifests", "/not/there"], 64, ""),
        (&["sevre"], 64, ""),
    ];
    for (arguments, expected, printed) in commands {
        let mut command = Command::new(binary());
        let command = command.args(*arguments).stderr(unread());
        let (code, stdout, _) = said(&command.output().unwrap());
        assert_eq!(code, Some(*expected), "{arguments:?}: {stdout}");
        assert!(stdout.starts_with(printed), "{arguments:?}: {stdout}");
    }
}

/// A child that dies with the value.
struct Mortal(Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn serving_goes_on_when_nobody_reads() {
    let folder = folder();
    let mut serve = Command::new(binary());
    let serve = serve
        .args([
            "serve",
            "--log-format",
            "json",
            "--answer-deadline",
            "200ms",
        ])
        .args(["--receiver-addr", "127.0.0.1:0"])
        .args(["--health-addr", "127.0.0.1:0"])
        .args(["--metrics-addr", "127.0.0.1:0", "--manifests"])
        .arg(folder.path())
        .stdout(unread())
        .stderr(Stdio::piped());
    let mut served = Mortal(serve.spawn().unwrap());
    // The reader of the log goes once it knows where to ask.
    let log = BufReader::new(served.0.stderr.take().unwrap());
    let addresses: Vec<SocketAddr> = log
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            let line: Value = serde_json::from_str(&line).unwrap();
            Some(line["address"].as_str()?.parse().unwrap())
        })
        .take(3)
        .collect();
    let [webhooks, health, _] = addresses[..] else {
        panic!("it listens on {addresses:?}");
    };
    assert!(comes(|| get(health, "/readyz").0 == 200), "it is not ready");
    let (headers, body) = push(TOKEN);
    for _ in 0..2 {
        let (status, answer) = request(webhooks, "POST", &path("app", TOKEN), &headers, &body);
        // Failed, or waiting for the attempt after one that has; never told.
        assert!([202, 503].contains(&status), "{status}: {answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(
            ["failed", "accepted"].contains(&answer["outcome"].as_str().unwrap()),
            "{answer}"
        );
    }
    assert_eq!(get(health, "/healthz").0, 200);
    assert!(served.0.try_wait().unwrap().is_none(), "it has ended");
}
