//! One file per command.

mod absent_plugins;
mod admin_server;
pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod compile_child;
pub(crate) mod completions;
#[cfg(feature = "console")]
pub(crate) mod console;
pub(crate) mod crds;
mod current_replicas;
pub(crate) mod deliveries;
pub(crate) mod filter;
mod http_client;
pub(crate) mod inspect;
mod live_cluster;
mod loaded_objects;
pub(crate) mod man_pages;
pub(crate) mod new;
pub(crate) mod notify;
mod offline_setup;
pub(crate) mod pack;
pub(crate) mod plugins;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod receivers;
pub(crate) mod replay;
mod rollback;
pub(crate) mod send;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod verify;
pub(crate) mod version;

use std::path::Path;

use anyhow::{Result, ensure};

use crate::exit::UsageError;
use crate::settings::PluginArgs;

/// A directory of manifests must exist at the start.
fn check_folder(folder: &Path) -> Result<()> {
    ensure!(
        folder.is_dir(),
        UsageError(format!(
            "--manifests {}: there is no such directory; give one with Receivers, Secrets and \
             targets as YAML, for example examples/quickstart",
            folder.display()
        ))
    );
    Ok(())
}

/// Plugin directories must exist at the start.
fn check_plugins(arguments: &PluginArgs) -> Result<()> {
    for folder in &arguments.plugins {
        ensure!(
            folder.is_dir(),
            UsageError(format!(
                "--plugins {}: there is no such directory; give one that holds components (*.wasm)",
                folder.display()
            ))
        );
    }
    Ok(())
}

/// Quotes a word for a POSIX shell.
fn quote(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
