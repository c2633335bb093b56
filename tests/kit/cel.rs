//! The conformance cases of CEL.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::go::{GoModule, INSTALL_GO, module_dir};

const MODULE: &str = "cel.dev/expr";

const CONFORMANCE: GoModule = GoModule {
    folder: "cel-conformance",
    packages: ".",
    programs: &["cel-conformance"],
    without_go: INSTALL_GO,
};

/// One JSON object for each case. `main.go` beside the module says what it contains.
///
/// # Errors
/// When there is no Go, or the cases cannot be had.
pub fn conformance_cases() -> Result<Vec<Value>> {
    let program = CONFORMANCE.build("")?.join("cel-conformance");
    let module = module_dir(MODULE, &CONFORMANCE.version_of(MODULE)?)?;
    let output = Command::new(program)
        .arg(module.join("tests/simple/testdata"))
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = std::str::from_utf8(&output.stdout)?.lines();
    lines
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect()
}
