use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::patience::PATIENCE;
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};
use serde_json::Value;
use tempfile::TempDir;

const SPEC: &str = "{type: github, secretRef: {name: token}, \
                     resources: [{kind: GitRepository, name: app}]}";

/// A served folder with one target, and a place for what commands leave.
struct Site {
    served: Served,
    dir: TempDir,
}

impl Site {
    /// `command` gets the place as `$0`.
    fn shell(command: &str, arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("place");
        fs::create_dir(&place).unwrap();
        make_pipe(&place.join("pipe"));
        let command = format!("sh -c '{command}' {}", place.display());
        Self::start(dir, &command, arguments)
    }

    fn start(dir: TempDir, command: &str, arguments: &[&str]) -> Self {
        let manifests = dir.path().join("manifests");
        fs::create_dir(&manifests).unwrap();
        put(&manifests, "all.yaml", &(receiver("app", SPEC) + &token()));
        // Commands that end are awaited, so that the answer tells how; a later flag overrides.
        let ours = ["--answer-deadline", "20s", "--on-notify", command];
        let arguments = [&ours, arguments].concat();
        Self {
            served: Served::start(&manifests, &arguments),
            dir,
        }
    }

    fn place(&self, file: &str) -> PathBuf {
        self.dir.path().join("place").join(file)
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.place(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn deliver(&self) -> (u16, Value) {
        let (headers, body) = push(TOKEN);
        let path = path("app", TOKEN);
        let (status, told) = request(self.served.receiver, "POST", &path, &headers, &body);
        (status, serde_json::from_str(&told).unwrap())
    }

    fn only_notification(&self) -> Value {
        self.served
            .until("notified", || !self.served.stdout().is_empty());
        let [line] = self.served.notifications().try_into().unwrap();
        line
    }

    /// The log's lines that a command wrote: stream and text.
    fn output(&self) -> Vec<(String, String)> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        self.log()
            .iter()
            .filter(|line| line["message"] == "on-notify")
            .map(|line| (text(line, "stream"), text(line, "line")))
            .collect()
    }

    /// Waits until the log says why attempts failed.
    fn until_reasons(&self, expected: &[&str]) {
        self.served.until("told why", || {
            let log = self.log();
            let attempts = log.iter().filter(|line| line["target_object"].is_string());
            let reasons = attempts.filter_map(|line| line["reason"].as_str());
            reasons.eq(expected.iter().copied())
        });
    }

    fn log(&self) -> Vec<Value> {
        let log = self.served.stderr();
        log.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Releases one reader of the pipe. Blocks until there is one.
    fn let_go(&self) {
        let mut pipe = fs::File::options()
            .write(true)
            .open(self.place("pipe"))
            .unwrap();
        pipe.write_all(b"go\n").unwrap();
    }
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn the_environment_is_what_is_said_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::start(dir, "env", &[]);
    let (status, told) = site.deliver();
    assert_eq!((status, &told["outcome"]), (200, &Value::from("notified")));
    let line = site.only_notification();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let change = &line["event"]["changes"][0];
    let expected = [
        ("PATH", std::env::var("PATH").unwrap()),
        ("BELLPULL_EVENT_TIME", text(&line["time"])),
        ("BELLPULL_EVENT_DELIVERY", text(&told["delivery"])),
        ("BELLPULL_EVENT_COALESCED", "0".to_owned()),
        ("BELLPULL_EVENT_RECEIVER_NAMESPACE", "default".to_owned()),
        ("BELLPULL_EVENT_RECEIVER_NAME", "app".to_owned()),
        ("BELLPULL_EVENT_PROVIDER", "github".to_owned()),
        ("BELLPULL_EVENT_KIND", "push".to_owned()),
        ("BELLPULL_EVENT_EVENTS", "1".to_owned()),
        ("BELLPULL_EVENT_COMPLETE", "true".to_owned()),
        ("BELLPULL_EVENT_CHANGES", "1".to_owned()),
        ("BELLPULL_EVENT_CHANGE", "git".to_owned()),
        (
            "BELLPULL_EVENT_REPOSITORY",
            text(&change["repositories"][0]),
        ),
        ("BELLPULL_EVENT_REF", "refs/heads/main".to_owned()),
        ("BELLPULL_EVENT_BRANCH", "main".to_owned()),
        ("BELLPULL_EVENT_BEFORE", "1".repeat(40)),
        ("BELLPULL_EVENT_AFTER", "2".repeat(40)),
        ("BELLPULL_EVENT_DELETED", "false".to_owned()),
        (
            "BELLPULL_EVENT_TARGET_API_VERSION",
            "source.toolkit.fluxcd.io/v1".to_owned(),
        ),
        ("BELLPULL_EVENT_TARGET_KIND", "GitRepository".to_owned()),
        ("BELLPULL_EVENT_TARGET_NAMESPACE", "default".to_owned()),
        ("BELLPULL_EVENT_TARGET_NAME", "app".to_owned()),
        ("BELLPULL_EVENT_REQUESTED_AT", text(&line["requestedAt"])),
    ];
    let expected: BTreeSet<(String, String)> = expected
        .into_iter()
        .map(|(name, value)| ("stdout".to_owned(), format!("{name}={value}")))
        .collect();
    site.served
        .until("logged", || site.output().len() >= expected.len());
    assert_eq!(BTreeSet::from_iter(site.output()), expected);
}

#[test]
fn neither_the_command_nor_the_log_is_told_a_secret_or_a_path() {
    let mut site = Site::shell(
        "env; cat; cat \"/proc/$$/environ\"",
        &["--log-level", "trace"],
    );
    site.deliver();
    site.served.terminate();
    assert!(site.served.wait().success());
    let told = site.served.stderr() + &site.served.stdout();
    assert!(site.output().len() > 20, "{told}");
    for secret in [TOKEN, &path("app", TOKEN)] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
}

#[test]
fn stdin_is_the_line_on_stdout() {
    let site = Site::shell("cat > \"$0/stdin\"", &[]);
    assert_eq!(site.deliver().0, 200);
    site.only_notification();
    let stdin = fs::read_to_string(site.place("stdin")).unwrap();
    assert_eq!(stdin, site.served.stdout());
    assert!(stdin.ends_with("}\n"), "{stdin}");
}

#[test]
fn a_command_that_fails_is_run_again_and_then_there_is_a_line() {
    let script = "echo run >> \"$0/runs\"; [ -e \"$0/seen\" ] || { touch \"$0/seen\"; exit 3; }";
    let site = Site::shell(script, &[]);
    let (status, told) = site.deliver();
    assert_eq!((status, &told["outcome"]), (200, &Value::from("notified")));
    assert_eq!(site.lines("runs"), ["run", "run"]);
    site.only_notification();
    site.until_reasons(&["the command exited with 3"]);
}

#[test]
fn a_command_that_always_fails_is_given_up_without_a_line() {
    let site = Site::shell("kill -9 $$", &["--notify-retry", "0s"]);
    let (status, told) = site.deliver();
    assert_eq!((status, &told["outcome"]), (503, &Value::from("failed")));
    site.until_reasons(&["the command was ended by signal 9"]);
    assert_eq!(site.served.stdout(), "");
}

/// Tells when all writers of the pipe have ended, and what they wrote.
fn end_of_writers(pipe: PathBuf) -> std::sync::mpsc::Receiver<String> {
    let (told, ended) = channel();
    std::thread::spawn(move || told.send(fs::read_to_string(pipe).unwrap()));
    ended
}

const FAMILY: &str = "exec > \"$0/pipe\"; sleep 600 & echo begun; touch \"$0/begun\"; wait";

#[test]
fn a_timeout_ends_what_the_command_started_too() {
    let site = Site::shell(
        FAMILY,
        &["--on-notify-timeout", "2s", "--notify-retry", "0s"],
    );
    let ended = end_of_writers(site.place("pipe"));
    let (status, _) = site.deliver();
    assert_eq!(status, 503);
    assert_eq!(ended.recv_timeout(PATIENCE).unwrap(), "begun\n");
    site.until_reasons(&["the command took over 2s"]);
    assert_eq!(site.served.stdout(), "");
}

#[test]
fn a_drain_that_is_over_ends_the_command() {
    let arguments = ["--answer-deadline", "10ms", "--drain-timeout", "10ms"];
    let mut site = Site::shell(FAMILY, &arguments);
    let ended = end_of_writers(site.place("pipe"));
    assert_eq!(site.deliver().0, 202);
    site.served.until("begun", || site.place("begun").exists());
    site.served.terminate();
    assert_eq!(site.served.wait().code(), Some(1));
    assert_eq!(ended.recv_timeout(PATIENCE).unwrap(), "begun\n");
    site.served.until_log("not notified before the end");
}

#[test]
fn of_one_target_one_run_goes_on_and_one_waits() {
    let script = "mkdir \"$0/alone\" || echo overlap >> \"$0/overlaps\"; \
                  echo $BELLPULL_EVENT_COALESCED >> \"$0/runs\"; \
                  cat \"$0/pipe\" > \"$0/let-go\"; rmdir \"$0/alone\"";
    let site = Site::shell(script, &["--answer-deadline", "10ms"]);
    let until_run = |runs: &[&str]| {
        site.served.until("run", || site.lines("runs") == runs);
    };
    assert_eq!(site.deliver().0, 202);
    until_run(&["0"]);
    for _ in 0..3 {
        assert_eq!(site.deliver().0, 202);
    }
    site.let_go();
    // The three share one run, which begins when the first has ended.
    until_run(&["0", "2"]);
    site.let_go();
    site.served
        .until("done", || site.served.notifications().len() == 2);
    assert_eq!(site.deliver().0, 202);
    until_run(&["0", "2", "0"]);
    site.let_go();
    site.served
        .until("done", || site.served.notifications().len() == 3);
    assert_eq!(site.lines("overlaps"), [""; 0]);
}

#[test]
fn output_is_logged_line_by_line_escaped_and_bounded() {
    let script = "printf \"a\\\\nb\\\\033[2J\\\\n\"; printf oops >&2; yes | head -c 1000000";
    let site = Site::shell(script, &[]);
    assert_eq!(site.deliver().0, 200);
    let expected = bellpull_core::limits::COMMAND_LINES + 2;
    site.served
        .until("logged", || site.output().len() >= expected);
    let output = site.output();
    let of = |stream: &str| -> Vec<&str> {
        let lines = output.iter().filter(|(from, _)| from == stream);
        lines.map(|(_, line)| line.as_str()).collect()
    };
    assert_eq!(of("stderr"), ["oops"]);
    let stdout = of("stdout");
    assert_eq!(stdout[..3], ["a", "b\\u{1b}[2J", "y"]);
    assert_eq!(output.len(), expected, "with one line that says it is cut");
    site.only_notification();
}
