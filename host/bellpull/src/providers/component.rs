//! The component that a command line names: a bundled provider, or a file.

use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_bundle::{BUNDLED, Bundled};
use bellpull_core::text;
use bellpull_registry::{ArtefactReference, SCHEME};
use tokio::fs::OpenOptions;
use tokio::io::AsyncReadExt as _;

use super::bundled::find_bundled;

/// Largest file of a component, bytes. CPython as a component has 18 MB.
pub(crate) const MAX_WASM: usize = 64 << 20;

pub(super) enum ComponentReference<'a> {
    Bundled(&'static Bundled),
    Artefact(ArtefactReference),
    File(&'a Path),
}

impl<'a> ComponentReference<'a> {
    pub(super) fn parse(component: &'a str) -> Result<Self> {
        if let Some(bundled) = find_bundled(component) {
            return Ok(Self::Bundled(bundled));
        }
        if component.starts_with(SCHEME) {
            return Ok(Self::Artefact(component.parse()?));
        }
        if component.contains(['/', '\\', '.']) {
            return Ok(Self::File(Path::new(component)));
        }
        let names: Vec<&str> = BUNDLED
            .iter()
            .flat_map(|bundled| bundled.names.iter().copied())
            .collect();
        let nearest = text::nearest(component, names.iter().copied());
        let meant = nearest.map_or_else(String::new, |nearest| {
            format!(" (did you mean {nearest:?}?)")
        });
        bail!(
            "no bundled provider is named {component:?}{meant}: give one of {}, or a component's \
             file",
            names.join(", ")
        );
    }
}

/// The bytes of a component's file.
pub(super) async fn read(path: &Path) -> Result<Vec<u8>> {
    // Opening a pipe would block until somebody writes into it.
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .await
        .context("reading it")?;
    // Of the open file: by now the path may lead to another one.
    let metadata = file.metadata().await.context("reading it")?;
    ensure!(metadata.is_file(), "it is not a regular file");
    let mut wasm = Vec::new();
    // The file may have grown since.
    let read = file.take(MAX_WASM as u64 + 1);
    pin!(read)
        .read_to_end(&mut wasm)
        .await
        .context("reading it")?;
    ensure!(
        wasm.len() <= MAX_WASM,
        "it has more than {MAX_WASM} bytes, the most that is taken"
    );
    Ok(wasm)
}
