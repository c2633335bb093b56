//! The binary under test, and its commands that end by themselves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The `bellpull` binary, which Cargo has built with these tests or benchmarks.
///
/// # Panics
/// When it is not there.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut path = std::env::current_exe().expect("this test's path");
        path.pop();
        path.pop();
        path.push("bellpull-under-test");
        assert!(path.is_file(), "{} is not built", path.display());
        path
    })
}

/// Runs a command of the binary to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .output()
        .expect("bellpull runs")
}

/// The exit code, stdout and stderr of a command.
#[must_use]
pub fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}
