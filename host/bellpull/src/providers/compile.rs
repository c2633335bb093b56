use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::exit::Exit;

/// A component's file, bytes: CPython as a component has 18 MB.
pub(super) const MAX_WASM: usize = 64 << 20;
/// An artefact, bytes: about three times the component. It is held while it is written away, so it
/// has at most half of what compiling may take.
const MAX_ARTEFACT: u64 = 256 << 20;
/// What the child says when it fails, bytes.
const MAX_COMPLAINT: u64 = 4 << 10;
/// How much longer this process waits than the child should live.
const GRACE: Duration = Duration::from_secs(5);

/// Compiles in a child process of a `bellpull`, which takes at most `cpu` of processor time, twice as
/// much by the clock, and `memory` bytes.
pub(super) async fn in_child(
    binary: &Path,
    wasm: &[u8],
    cpu: Duration,
    memory: usize,
) -> Result<Vec<u8>> {
    ensure!(
        wasm.len() <= MAX_WASM,
        "the component has {} bytes, at most {MAX_WASM} are taken",
        wasm.len()
    );
    // The kernel counts whole seconds.
    let cpu = cpu.as_secs().max(1);
    let wall = cpu * 2;
    let most = MAX_ARTEFACT.min(memory as u64 / 2);
    let mut child = Command::new(binary)
        .arg("compile-component")
        .args(["--cpu-seconds", &cpu.to_string()])
        .args(["--wall-seconds", &wall.to_string()])
        .args(["--memory", &memory.to_string()])
        .args(["--output", &most.to_string()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting the compiler")?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        bail!("the compiler has no pipes");
    };
    let feed = async {
        // A child that ended early says why on stderr.
        drop(stdin.write_all(wasm).await);
        drop(stdin);
    };
    let read = async {
        let mut artefact = Vec::new();
        let read = stdout.take(most + 1).read_to_end(&mut artefact).await;
        read.map(|_| artefact)
    };
    let complain = async {
        let mut complaint = Vec::new();
        drop(stderr.take(MAX_COMPLAINT).read_to_end(&mut complaint).await);
        String::from_utf8_lossy(&complaint).into_owned()
    };
    let all = async { tokio::join!(feed, read, complain, child.wait()) };
    let patience = Duration::from_secs(wall) + GRACE;
    let Ok(((), artefact, complaint, status)) = tokio::time::timeout(patience, all).await else {
        bail!(too_long(wall));
    };
    let (artefact, status) = (artefact?, status?);
    if !status.success() {
        bail!(failure(&complaint, status, cpu, wall, memory));
    }
    ensure!(
        artefact.len() as u64 <= most,
        "its compiled form has over {most} bytes"
    );
    Ok(artefact)
}

fn failure(complaint: &str, status: ExitStatus, cpu: u64, wall: u64, memory: usize) -> String {
    if status.code() == Some(Exit::TIMED_OUT) {
        return too_long(wall);
    }
    match complaint.trim().strip_prefix("error: ") {
        Some(error) if status.code().is_some() => error.to_owned(),
        _ => format!(
            "compiling was ended by its limits of {cpu} s of processor time (--compile-timeout) \
             and {} MiB of memory (--compile-memory; {status}): split large functions, or leave out what the \
             component does not need",
            memory >> 20
        ),
    }
}

fn too_long(wall: u64) -> String {
    format!("compiling took over {wall} s (twice --compile-timeout) and was ended")
}
