//! What cosign itself signs and verifies. It takes minutes to build, so that no class of tests has it.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

mod certificates;
mod keys;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use bellpull_tests::cluster::sigstore;

const PASSWORD: &str = "a-password-of-a-test";

/// Runs cosign in a folder, which is its home too.
fn cosign(folder: &Path, arguments: &[&str]) -> Output {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| sigstore::cosign().expect("cosign"));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("COSIGN_PASSWORD", PASSWORD);
    command.output().expect("cosign runs")
}
