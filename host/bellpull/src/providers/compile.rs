//! Compiles a component in a child process within limits.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_core::text::printable;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::component::MAX_WASM;
use crate::exit::Exit;

/// Largest artefact, bytes: about three times the component. The child holds it while it writes it
/// out, so an artefact has at most half of the memory for compiling.
const MAX_ARTEFACT: u64 = 256 << 20;
/// Most of the child's stderr that is read, bytes.
const MAX_STDERR: u64 = 4 << 10;
/// Most of a panic's message that is told, bytes.
const MAX_PANIC_MESSAGE: usize = 512;
/// How much longer this process waits than the child may live.
const GRACE: Duration = Duration::from_secs(5);

/// How a Rust program ends that panics.
const PANICKED: i32 = 101;
/// The signal of a process that has used up its processor time (`signal(7)`).
const SIGNAL_XCPU: i32 = 24;

/// What the child may take.
#[derive(Clone, Copy)]
pub struct CompileLimits {
    /// Processor time. The kernel counts whole seconds.
    pub cpu_seconds: u64,
    wall_seconds: u64,
    pub memory: usize,
    artefact: u64,
}

/// What compiling took, as the child says on stderr.
#[derive(Deserialize, Serialize)]
pub(crate) struct CompileCost {
    pub(crate) processor_time: Duration,
}

/// What the child has made.
pub(super) struct Compilation {
    pub(super) artefact: Vec<u8>,
    pub(super) processor_time: Duration,
}

/// What the child has left.
struct ChildOutput {
    stdout: Vec<u8>,
    stderr: String,
    status: ExitStatus,
}

impl CompileLimits {
    /// `cpu` of processor time, twice as much by the clock, and `memory` bytes.
    pub(super) fn new(cpu: Duration, memory: usize) -> Self {
        let cpu_seconds = cpu.as_secs().max(1);
        Self {
            cpu_seconds,
            wall_seconds: cpu_seconds * 2,
            memory,
            artefact: MAX_ARTEFACT.min(memory as u64 / 2),
        }
    }
}

/// The artefact of a component, compiled by a child process of the `bellpull` binary.
pub(super) async fn in_child(
    binary: &Path,
    wasm: &[u8],
    limits: CompileLimits,
) -> Result<Compilation> {
    ensure!(
        wasm.len() <= MAX_WASM,
        "the component has {} bytes, at most {MAX_WASM} are taken",
        wasm.len()
    );
    let child = spawn(binary, limits)?;
    let patience = Duration::from_secs(limits.wall_seconds) + GRACE;
    let output = talk(child, wasm, limits.artefact + 1);
    let Ok(output) = tokio::time::timeout(patience, output).await else {
        bail!(too_long(limits));
    };
    let output = output?;
    if !output.status.success() {
        bail!(failure(&output, limits));
    }
    ensure!(
        output.stdout.len() as u64 <= limits.artefact,
        "its compiled form has over {} bytes",
        limits.artefact
    );
    let cost: CompileCost = serde_json::from_str(&output.stderr)
        .with_context(|| format!("the compiler says {:?} of what it took", output.stderr))?;
    Ok(Compilation {
        artefact: output.stdout,
        processor_time: cost.processor_time,
    })
}

fn spawn(binary: &Path, limits: CompileLimits) -> Result<Child> {
    Command::new(binary)
        .arg("compile-component")
        .args(["--cpu-seconds", &limits.cpu_seconds.to_string()])
        .args(["--wall-seconds", &limits.wall_seconds.to_string()])
        .args(["--memory", &limits.memory.to_string()])
        .args(["--output", &limits.artefact.to_string()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting the compiler")
}

/// Feeds the child its stdin, reads at most `most` bytes of its stdout, and waits for its end.
async fn talk(mut child: Child, stdin: &[u8], most: u64) -> Result<ChildOutput> {
    let (Some(mut to), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        bail!("the compiler has no pipes");
    };
    let feed = async {
        // A child that ended early says why on stderr.
        drop(to.write_all(stdin).await);
        drop(to);
    };
    let read = async {
        let mut bytes = Vec::new();
        let read = stdout.take(most).read_to_end(&mut bytes).await;
        read.map(|_| bytes)
    };
    let complain = async {
        let mut bytes = Vec::new();
        drop(stderr.take(MAX_STDERR).read_to_end(&mut bytes).await);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let ((), stdout, stderr, status) = tokio::join!(feed, read, complain, child.wait());
    Ok(ChildOutput {
        stdout: stdout?,
        stderr,
        status: status?,
    })
}

fn failure(output: &ChildOutput, limits: CompileLimits) -> String {
    match output.status.code() {
        Some(Exit::TIMED_OUT) => too_long(limits),
        Some(Exit::FAILURE | Exit::USAGE) => {
            let error = output.stderr.trim();
            error.strip_prefix("error: ").unwrap_or(error).to_owned()
        }
        Some(PANICKED) => format!(
            "the compiler failed on this component, which is a fault of the compiler: {}",
            panic_message(&output.stderr)
        ),
        _ if output.status.signal() == Some(SIGNAL_XCPU) => format!(
            "compiling was ended after {} s of processor time: raise --compile-timeout, split large \
             functions, or leave out what the component does not need",
            limits.cpu_seconds
        ),
        _ => format!(
            "compiling was ended ({}), most likely by its limit of {} MiB of memory: raise \
             --compile-memory, split large functions, or leave out what the component does not need",
            output.status,
            limits.memory >> 20
        ),
    }
}

fn too_long(limits: CompileLimits) -> String {
    let wall = limits.wall_seconds;
    format!(
        "compiling took over {wall} s by the clock and was ended: raise --compile-timeout, of which that is \
         twice"
    )
}

/// The message of a panic, without the place in the source.
fn panic_message(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .skip_while(|line| !line.contains(" panicked at "));
    let message = lines
        .skip(1)
        .take_while(|line| !line.starts_with("note: ") && !line.starts_with("stack backtrace:"));
    let message: Vec<&str> = message.collect();
    printable(&message.join(" "), MAX_PANIC_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_the_child_has_its_reason() {
        let limits = CompileLimits::new(Duration::from_secs(30), 64 << 20);
        let panicked = "\nthread 'main' (7) panicked at src/adapter.rs:9:5:\n\
                        invalid adapter module generated: multiple memories\n\
                        note: run with `RUST_BACKTRACE=1`\n";
        for (raw, stderr, expected) in [
            (
                PANICKED << 8,
                panicked,
                "a fault of the compiler: invalid adapter module generated: multiple memories",
            ),
            (
                Exit::FAILURE << 8,
                "error: not WebAssembly\n",
                "not WebAssembly",
            ),
            (Exit::TIMED_OUT << 8, "", "over 60 s"),
            (
                SIGNAL_XCPU,
                "",
                "after 30 s of processor time: raise --compile-timeout",
            ),
            (SIGNAL_ABORT, "", "64 MiB of memory: raise --compile-memory"),
        ] {
            let output = ChildOutput {
                stdout: Vec::new(),
                stderr: stderr.to_owned(),
                status: ExitStatus::from_raw(raw),
            };
            let said = failure(&output, limits);
            assert!(said.contains(expected), "{said:?} has no {expected:?}");
            assert!(!said.contains("adapter.rs"), "{said}");
        }
    }

    /// The signal of a process that has ended itself (`signal(7)`), as Rust does without memory.
    const SIGNAL_ABORT: i32 = 6;
}
