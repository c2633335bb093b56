use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Event, Notification, Patch as _, PatchError, Timestamp};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

use super::json_lines::Paper;
use super::{PATIENCE, notification, notification_of, target, within};
use crate::{JsonLines, Notifications, OnNotify};

fn shell(script: &str, argument: &Path) -> OnNotify {
    OnNotify {
        program: PathBuf::from("/bin/sh"),
        arguments: ["-c", script, argument.to_str().unwrap()]
            .map(str::to_owned)
            .to_vec(),
        path: Some("/usr/bin:/bin".into()),
        timeout: PATIENCE,
    }
}

async fn run(command: OnNotify, one: Arc<Notification>) -> (Result<(), PatchError>, Vec<String>) {
    let paper = Paper::default();
    let lines = JsonLines::new(paper.clone()).unwrap();
    let notifications = Notifications::new(Some(command), lines);
    let result = notifications
        .patch(&target(), &[one], Timestamp::UNIX_EPOCH)
        .await;
    let written = paper.writes.lock().unwrap().clone();
    (result, written)
}

#[tokio::test]
async fn stdin_is_the_line_that_is_written_after_success() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("stdin");
    let (result, written) = run(shell("cat > \"$0\"", &file), notification(1)).await;
    assert_eq!(result, Ok(()));
    let [line] = written.as_slice() else {
        panic!("{written:?}")
    };
    assert_eq!(*line, std::fs::read_to_string(file).unwrap());
    assert!(line.ends_with("}\n"), "{line}");
}

#[tokio::test]
async fn a_command_that_fails_says_how_and_writes_no_line() {
    let missing = OnNotify {
        program: PathBuf::from("/not/there"),
        ..shell("", Path::new(""))
    };
    let slow = OnNotify {
        timeout: Duration::from_millis(10),
        ..shell("exec sleep 600", Path::new(""))
    };
    let cases = [
        (shell("exit 3", Path::new("")), "the command exited with 3"),
        (
            shell("kill -9 $$", Path::new("")),
            "the command was ended by signal 9",
        ),
        (slow, "the command took over 10ms"),
        (
            missing,
            "the command cannot be started: No such file or directory (os error 2)",
        ),
    ];
    for (command, expected) in cases {
        let (result, written) = run(command, notification(1)).await;
        let expected = PatchError::Passing {
            reason: expected.to_owned(),
            retry_after: None,
        };
        assert_eq!(result, Err(expected));
        assert!(written.is_empty(), "{written:?}");
    }
}

#[tokio::test]
async fn a_command_may_leave_its_stdin_alone() {
    let event = Event {
        // More than a pipe holds.
        payload: Some("x".repeat(1 << 20)),
        ..Event::default()
    };
    let one = Arc::new(notification_of(1, event));
    for script in ["true", "exec <&-; echo closed"] {
        let (result, _) = run(shell(script, Path::new("")), Arc::clone(&one)).await;
        assert_eq!(result, Ok(()), "{script}");
    }
}

#[tokio::test]
async fn output_beyond_what_is_logged_does_not_hold_the_command_up() {
    let script = "head -c 4000000 /dev/zero; yes | head -c 4000000 >&2";
    let (result, _) = run(shell(script, Path::new("")), notification(1)).await;
    assert_eq!(result, Ok(()));
}

/// A named pipe, whose writers are seen to write and go.
struct Pipe {
    dir: tempfile::TempDir,
    end: pipe::Receiver,
    /// A writer of the test's own: without one a pipe into which nobody has written yet tells of no
    /// end.
    writer: Option<pipe::Sender>,
}

impl Pipe {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pipe");
        make_pipe(&path);
        let end = pipe::OpenOptions::new().open_receiver(&path).unwrap();
        let writer = pipe::OpenOptions::new().open_sender(&path).unwrap();
        Self {
            dir,
            end,
            writer: Some(writer),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("pipe")
    }

    /// Waits for a line.
    async fn says(&mut self, line: &str) {
        let mut text = vec![0; line.len()];
        within(self.end.read_exact(&mut text)).await.unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), line);
    }

    /// Waits until nobody holds the other end any more.
    async fn is_left(&mut self) {
        self.writer = None;
        within(self.end.read_to_end(&mut Vec::new())).await.unwrap();
    }
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Starts another process and waits for it; both hold the pipe.
const FAMILY: &str = "exec > \"$0\"; sleep 600 & echo begun; wait";

#[tokio::test]
async fn a_timeout_kills_the_whole_group() {
    let mut pipe = Pipe::new();
    let command = OnNotify {
        timeout: Duration::from_millis(500),
        ..shell(FAMILY, &pipe.path())
    };
    let (result, _) = run(command, notification(1)).await;
    assert!(
        matches!(&result, Err(PatchError::Passing { reason, .. }) if reason.contains("took over")),
        "{result:?}"
    );
    pipe.is_left().await;
}

#[tokio::test]
async fn a_dropped_attempt_kills_the_whole_group() {
    let mut pipe = Pipe::new();
    let attempt = tokio::spawn(run(shell(FAMILY, &pipe.path()), notification(1)));
    pipe.says("begun\n").await;
    attempt.abort();
    pipe.is_left().await;
}

#[tokio::test]
async fn what_a_successful_command_leaves_running_goes_on() {
    let mut pipe = Pipe::new();
    let gate = pipe.dir.path().join("pipe.in");
    make_pipe(&gate);
    let script = "(cat; echo went on) < \"$0.in\" > \"$0\" &";
    let (result, _) = run(shell(script, &pipe.path()), notification(1)).await;
    assert_eq!(result, Ok(()));
    drop(File::options().write(true).open(gate).unwrap());
    pipe.says("went on\n").await;
}
