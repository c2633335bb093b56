use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

/// A component's file, bytes: CPython as a component has 18 MB.
const MAX_WASM: usize = 64 << 20;
/// An artefact, bytes: about three times the component.
const MAX_ARTEFACT: u64 = 256 << 20;
/// Processor time of the child.
const CPU: Duration = Duration::from_secs(30);
/// Wall-clock time of the child.
const WALL: Duration = Duration::from_secs(60);
/// Address space of the child, bytes.
const MEMORY: u64 = 2 << 30;
/// What the child says when it fails, bytes.
const MAX_COMPLAINT: u64 = 4 << 10;

/// Compiles in a child process of this same binary, within its limits.
pub(super) async fn in_child(wasm: &[u8]) -> Result<Vec<u8>> {
    ensure!(
        wasm.len() <= MAX_WASM,
        "the component has {} bytes, at most {MAX_WASM} are taken",
        wasm.len()
    );
    let binary = std::env::current_exe().context("finding this binary to compile with")?;
    let mut child = Command::new(binary)
        .arg("compile-component")
        .args([
            "--cpu-seconds",
            &CPU.as_secs().to_string(),
            "--memory",
            &MEMORY.to_string(),
        ])
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
        let read = stdout
            .take(MAX_ARTEFACT + 1)
            .read_to_end(&mut artefact)
            .await;
        read.map(|_| artefact)
    };
    let complain = async {
        let mut complaint = Vec::new();
        drop(stderr.take(MAX_COMPLAINT).read_to_end(&mut complaint).await);
        String::from_utf8_lossy(&complaint).into_owned()
    };
    let all = async { tokio::join!(feed, read, complain, child.wait()) };
    let Ok(((), artefact, complaint, status)) = tokio::time::timeout(WALL, all).await else {
        bail!("compiling took over {} s and was ended", WALL.as_secs());
    };
    let (artefact, status) = (artefact?, status?);
    ensure!(
        artefact.len() as u64 <= MAX_ARTEFACT,
        "its compiled form has over {MAX_ARTEFACT} bytes"
    );
    if !status.success() {
        let complaint = complaint.trim().trim_start_matches("error: ");
        if complaint.is_empty() || status.code().is_none() {
            bail!(
                "compiling was ended by its limits of {} s processor time and {} MiB ({status})",
                CPU.as_secs(),
                MEMORY >> 20
            );
        }
        bail!("it does not compile: {complaint}");
    }
    Ok(artefact)
}
