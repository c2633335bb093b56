//! Provider projects outside the workspace, built as their authors build them.

use std::path::{Path, PathBuf};

use crate::guest::cargo;

const TARGET: &str = "wasm32-wasip2";
/// Its compiler writes a core module.
const MODULE_TARGET: &str = "wasm32-unknown-unknown";

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

/// Builds the core module of a project, and returns it as a compiler writes it that knows nothing of
/// the contract.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn build_module(project: &Path, module: &str) -> Vec<u8> {
    in_project(project, &["build", "--release", "--target", MODULE_TARGET]);
    let file = workshop().join(format!("build/{MODULE_TARGET}/release/{module}.wasm"));
    let built = std::fs::read(file).expect("the module");
    without_contract(&built)
}

/// A module without the custom sections in which bindings generators describe the contract.
fn without_contract(module: &[u8]) -> Vec<u8> {
    let mut rest = module.get(..HEADER).expect("a header").to_vec();
    let mut start = HEADER;
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        let payload = payload.expect("a valid module");
        let Some((_, range)) = payload.as_section() else {
            continue;
        };
        let describes = matches!(&payload, wasmparser::Payload::CustomSection(section)
            if section.name().starts_with("component-type"));
        if !describes {
            rest.extend_from_slice(&module[start..range.end]);
        }
        start = range.end;
    }
    rest
}

/// Bytes before the first section of a module.
const HEADER: usize = 8;

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
