//! Signatures as Sigstore's own libraries make them, with authorities and logs of tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::go::{GoModule, INSTALL_GO, install};

const MODULE: GoModule = GoModule {
    folder: "sigstore",
    packages: ".",
    programs: &["sigstore"],
    without_go: INSTALL_GO,
};

/// Signatures of one artefact. They are as old as the value: certificates of tests expire within minutes, as
/// Fulcio's do, and what has signed them stays trusted for hours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigstoreSignatures {
    /// The `trusted_root.json` of who has issued the certificates and keeps the logs.
    pub trusted_root: Value,
    /// Another one of the same shape, which nothing here is of.
    pub other_trusted_root: Value,
    /// The public half of the key of the bundles `key…`, in PEM.
    pub public_key: String,
    /// Sigstore bundles by what is particular about them: see `tests/kit/sigstore/main.go`.
    pub bundles: BTreeMap<String, Value>,
}

impl SigstoreSignatures {
    /// Signs the artefact of this digest (`sha256:` and hex) in every way.
    ///
    /// # Errors
    /// When there is no Go, or the program does not build or run.
    pub fn of(digest: &str) -> Result<Self> {
        let program = MODULE.build("")?.join("sigstore");
        let hex = digest.strip_prefix("sha256:").context("a digest")?;
        let output = Command::new(program).arg(hex).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "sigstore: {errors}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// A bundle as bytes.
    #[must_use]
    pub fn bundle(&self, name: &str) -> Vec<u8> {
        self.bundles[name].to_string().into_bytes()
    }
}

/// The program `cosign`. It takes minutes to build the first time.
///
/// # Errors
/// When there is no Go, or it does not build.
pub fn cosign() -> Result<PathBuf> {
    install(
        "github.com/sigstore/cosign/v3/cmd/cosign",
        "v3.0.2",
        "cosign",
    )
}
