//! Prometheus's own parser of queries, and its promtool.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::go::{GoModule, INSTALL_GO};

const PROMQL: GoModule = GoModule {
    folder: "promql",
    packages: ".",
    programs: &["promql"],
    without_go: INSTALL_GO,
};

const PROMTOOL: GoModule = GoModule {
    folder: "promtool",
    packages: "github.com/prometheus/prometheus/cmd/promtool",
    programs: &["promtool"],
    without_go: INSTALL_GO,
};

/// What a query names.
#[derive(Clone, Debug, Deserialize)]
pub struct AskedSeries {
    /// Why it is no query; empty: it is one.
    pub error: String,
    pub selectors: Vec<Selector>,
    /// The labels that it groups by.
    pub grouping: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Selector {
    pub metric: String,
    /// The labels that it matches.
    pub labels: Vec<String>,
}

/// What each query names, in order.
///
/// # Errors
/// When there is no Go, or the parser does not build.
pub fn asked_by(queries: &[String]) -> Result<Vec<AskedSeries>> {
    let program = PROMQL.build("")?.join("promql");
    let mut parser = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = parser.stdin.take().context("piped")?;
    stdin.write_all(&serde_json::to_vec(queries)?)?;
    drop(stdin);
    let output = parser.wait_with_output()?;
    ensure!(output.status.success(), "the parser of PromQL failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// promtool, which takes minutes to build.
///
/// # Errors
/// When there is no Go, or it does not build.
pub fn promtool() -> Result<PathBuf> {
    Ok(PROMTOOL.build("")?.join("promtool"))
}
