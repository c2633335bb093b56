//! Provider projects outside the workspace, built as their authors build them.

use std::path::{Path, PathBuf};

use crate::guest::cargo;

const TARGET: &str = "wasm32-wasip2";

/// A folder that stays from run to run, so that dependencies are compiled once.
///
/// # Panics
/// When there is no such folder to be had.
#[must_use]
pub fn workshop() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-projects");
    std::fs::create_dir_all(&folder).expect("a folder to build in");
    folder.canonicalize().expect("it was just made")
}

/// Builds the component of a project and returns its file.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn build(project: &Path, module: &str) -> PathBuf {
    in_project(project, &["build", "--release", "--target", TARGET]);
    workshop().join(format!("build/{TARGET}/release/{module}.wasm"))
}

/// Runs a project's own tests.
///
/// # Panics
/// When they fail.
pub fn test(project: &Path) {
    in_project(project, &["test", "--release"]);
}

fn in_project(project: &Path, arguments: &[&str]) {
    let mut cargo = cargo(project);
    cargo.args(arguments).args(["--quiet", "--locked"]);
    cargo.arg("--target-dir").arg(workshop().join("build"));
    let output = cargo.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo {} in {}:\n{}{}",
        arguments.join(" "),
        project.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
