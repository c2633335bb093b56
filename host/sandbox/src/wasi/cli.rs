//! No environment, arguments, terminal or files. What a guest prints goes to the log.

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

use crate::host_call::HostCall;
use crate::violation::Violation;

const EXITED: &str = "the guest exited instead of answering";

impl environment::Host for HostCall<'_> {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.store()?;
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        self.store()?;
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        self.store()?;
        Ok(None)
    }
}

impl exit::Host for HostCall<'_> {
    fn exit(&mut self, _status: Result<(), ()>) -> wasmtime::Result<()> {
        Err(Violation::contract(EXITED))?
    }

    fn exit_with_code(&mut self, _code: u8) -> wasmtime::Result<()> {
        Err(Violation::contract(EXITED))?
    }
}

impl stdin::Host for HostCall<'_> {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<DynInputStream>> {
        let stdin: DynInputStream = Box::new(ClosedInputStream);
        Ok(self.table()?.push(stdin)?)
    }
}

impl HostCall<'_> {
    fn output(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        let store = self.store()?;
        let output: DynOutputStream = Box::new(store.wasi.output());
        Ok(store.table.push(output)?)
    }
}

impl stdout::Host for HostCall<'_> {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output()
    }
}

impl stderr::Host for HostCall<'_> {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output()
    }
}

impl terminal_input::Host for HostCall<'_> {}
impl terminal_input::HostTerminalInput for HostCall<'_> {
    fn drop(&mut self, terminal: Resource<TerminalInput>) -> wasmtime::Result<()> {
        self.table()?.delete(terminal)?;
        Ok(())
    }
}

impl terminal_output::Host for HostCall<'_> {}
impl terminal_output::HostTerminalOutput for HostCall<'_> {
    fn drop(&mut self, terminal: Resource<TerminalOutput>) -> wasmtime::Result<()> {
        self.table()?.delete(terminal)?;
        Ok(())
    }
}

impl terminal_stdin::Host for HostCall<'_> {
    fn get_terminal_stdin(&mut self) -> wasmtime::Result<Option<Resource<TerminalInput>>> {
        self.store()?;
        Ok(None)
    }
}

impl terminal_stdout::Host for HostCall<'_> {
    fn get_terminal_stdout(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.store()?;
        Ok(None)
    }
}

impl terminal_stderr::Host for HostCall<'_> {
    fn get_terminal_stderr(&mut self) -> wasmtime::Result<Option<Resource<TerminalOutput>>> {
        self.store()?;
        Ok(None)
    }
}

impl preopens::Host for HostCall<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        self.store()?;
        Ok(Vec::new())
    }
}
