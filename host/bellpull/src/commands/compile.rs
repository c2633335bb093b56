//! The child process that compiles one component. A small file can keep the compiler busy for
//! minutes and gigabytes, so it limits itself before it reads anything.

use std::io::{self, Read as _, Write as _};

use anyhow::{Context as _, Result};
use bellpull_engine::Compiler;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::exit::Exit;
use crate::settings::CompileArgs;

pub(crate) fn run(arguments: &CompileArgs) -> Result<Exit> {
    limit(Resource::Cpu, arguments.cpu_seconds)?;
    limit(Resource::As, arguments.memory)?;
    limit(Resource::Core, 0)?;
    let mut wasm = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut wasm)
        .context("reading the component")?;
    let artefact = Compiler::new(None)?.compile(&wasm)?;
    io::stdout()
        .lock()
        .write_all(&artefact)
        .context("writing the artefact")?;
    Ok(Exit::Success)
}

fn limit(resource: Resource, value: u64) -> Result<()> {
    let limit = Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    setrlimit(resource, limit).with_context(|| format!("limiting {resource:?}"))
}
