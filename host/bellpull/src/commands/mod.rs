//! One file per command.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod crds;
mod explain;
pub(crate) mod filter;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod plugins;
pub(crate) mod receivers;
pub(crate) mod send;
pub(crate) mod serve;
mod workbench;

use std::path::Path;

use anyhow::{Result, ensure};

use crate::exit::UsageError;
use crate::settings::PluginArgs;

/// A directory of manifests must be there to begin with.
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

/// Directories of plugins must be there to begin with.
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

/// A word as a POSIX shell takes it.
fn quote(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
