//! No environment, no arguments, no terminal, no files; what is printed goes to the log.

use bellpull_engine::wasmtime::{self, component::Resource};
use wasmtime_wasi::p2::bindings::cli::terminal_input::{self, TerminalInput};
use wasmtime_wasi::p2::bindings::cli::terminal_output::{self, TerminalOutput};
use wasmtime_wasi::p2::bindings::cli::{
    environment, exit, stderr, stdin, stdout, terminal_stderr, terminal_stdin, terminal_stdout,
};
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::Descriptor;
use wasmtime_wasi::p2::pipe::ClosedInputStream;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use crate::state::State;
use crate::stop::Stop;

impl environment::Host for State {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.charged()?;
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        self.charged()?;
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        self.charged()?;
        Ok(None)
    }
}

impl exit::Host for State {
    fn exit(&mut self, _status: Result<(), ()>) -> wasmtime::Result<()> {
        Err(exited())
    }

    fn exit_with_code(&mut self, _code: u8) -> wasmtime::Result<()> {
        Err(exited())
    }
}

fn exited() -> wasmtime::Error {
    wasmtime::Error::new(Stop::contract("the guest exited instead of answering"))
}

impl stdin::Host for State {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<DynInputStream>> {
        let stdin: DynInputStream = Box::new(ClosedInputStream);
        Ok(self.charged()?.push(stdin)?)
    }
}

impl State {
    fn printer(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        let output: DynOutputStream = Box::new(self.world.output());
        Ok(self.charged()?.push(output)?)
    }
}

impl stdout::Host for State {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.printer()
    }
}

impl stderr::Host for State {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.printer()
    }
}

impl terminal_input::Host for State {}
impl terminal_input::HostTerminalInput for State {
    fn drop(&mut self, terminal: Resource<TerminalInput>) -> wasmtime::Result<()> {
        self.charged()?.delete(terminal)?;
        Ok(())
    }
}

impl terminal_output::Host for State {}
impl terminal_output::HostTerminalOutput for State {
    fn drop(&mut self, terminal: Resource<TerminalOutput>) -> wasmtime::Result<()> {
        self.charged()?.delete(terminal)?;
        Ok(())
    }
}

impl terminal_stdin::Host for State {
    fn get_terminal_stdin(&mut self) -> wasmtime::Result<Option<Resource<TerminalInput>>> {
        self.charged()?;
        Ok(None)
    }
}

impl terminal_stdout::Host for State {
    fn get_terminal_stdout(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.charged()?;
        Ok(None)
    }
}

impl terminal_stderr::Host for State {
    fn get_terminal_stderr(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.charged()?;
        Ok(None)
    }
}

impl preopens::Host for State {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        self.charged()?;
        Ok(Vec::new())
    }
}
