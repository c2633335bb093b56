//! The child process that compiles one component. A small component can cost the compiler minutes and
//! gigabytes, so the process limits itself before it reads anything.

use std::io::{self, Read as _};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bellpull_engine::Compiler;
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::exit::Exit;
use crate::output;
use crate::providers::CompileCost;
use crate::settings::CompileChildArgs;

/// The server has priority over the compiler.
const NICENESS: i32 = 10;

/// Address space that takes no memory, bytes: the program, and the reserve of the allocator.
const MAPPED_AND_RESERVED: u64 = 2 << 30;

pub(crate) fn run(arguments: &CompileChildArgs) -> Result<Exit> {
    // The kernel kills at the hard limit, which would look like the end of memory. At the soft one it
    // sends a signal of its own (`getrlimit(2)`).
    let processor = Rlimit {
        current: Some(arguments.cpu_seconds),
        maximum: Some(arguments.cpu_seconds.saturating_add(1)),
    };
    set(Resource::Cpu, processor)?;
    limit(Resource::Data, arguments.memory)?;
    limit(
        Resource::As,
        arguments.memory.saturating_add(MAPPED_AND_RESERVED),
    )?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    nice(NICENESS).context("yielding to others")?;
    end_after(Duration::from_secs(arguments.wall_seconds))?;
    let mut wasm = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut wasm)
        .context("reading the component")?;
    let artefact = Compiler::new(None).compile(&wasm)?;
    ensure!(
        artefact.len() as u64 <= arguments.output,
        "its compiled form has {} bytes, at most {} are taken",
        artefact.len(),
        arguments.output
    );
    output::bytes(&artefact).context("writing the artefact")?;
    let cost = CompileCost {
        processor_time: clock_gettime(ClockId::ProcessCPUTime).try_into()?,
    };
    output::note(&serde_json::to_string(&cost)?);
    Ok(Exit::Success)
}

fn limit(resource: Resource, value: u64) -> Result<()> {
    let limit = Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    set(resource, limit)
}

fn set(resource: Resource, limit: Rlimit) -> Result<()> {
    setrlimit(resource, limit).with_context(|| format!("limiting {resource:?}"))
}

/// Ends the process even if its parent is gone and the compiler never waits.
fn end_after(limit: Duration) -> Result<()> {
    let watchdog = move || {
        std::thread::sleep(limit);
        std::process::exit(Exit::TIMED_OUT);
    };
    std::thread::Builder::new()
        .spawn(watchdog)
        .context("starting the watchdog")?;
    Ok(())
}
