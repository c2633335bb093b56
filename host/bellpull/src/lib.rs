//! The commands of `bellpull`, as a library, so that tests can use its parts.

mod cache;
pub mod cases;
mod commands;
mod declared;
pub mod egress;
mod exit;
mod logs;
mod memory_budget;
pub mod offline;
mod output;
pub mod plan_types;
mod progress;
pub mod providers;
pub mod settings;

use std::process::ExitCode;

use clap::Parser as _;

use crate::exit::Exit;
use crate::settings::{Cli, Command};

/// Parses the command line and runs the command.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return Exit::from_clap(&error).into(),
    };
    let result = match cli.command {
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Receivers(arguments) => commands::receivers::run(&arguments),
        Command::Send(arguments) => commands::send::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Filter(arguments) => commands::filter::run(&arguments),
        Command::Inspect(arguments) => commands::inspect::run(&arguments),
        #[cfg(feature = "console")]
        Command::Console(arguments) => commands::console::run(*arguments),
        Command::Deliveries(arguments) => commands::deliveries::run(&arguments),
        Command::Replay(arguments) => commands::replay::run(&arguments),
        Command::Notify(arguments) => commands::notify::run(&arguments),
        Command::Plugins(arguments) => commands::plugins::run(&arguments),
        Command::New(arguments) => commands::new::run(&arguments),
        Command::Pack(arguments) => commands::pack::run(&arguments),
        Command::Crds(arguments) => commands::crds::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::ManPages(arguments) => commands::man_pages::run(&arguments),
        Command::Version(arguments) => commands::version::run(&arguments),
        Command::Push(arguments) => commands::push::run(&arguments),
        Command::Pull(arguments) => commands::pull::run(&arguments),
        Command::Sign(arguments) => commands::sign::run(&arguments),
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Compile(arguments) => commands::compile::run(&arguments),
        Command::CompileComponent(arguments) => commands::compile_child::run(&arguments),
    };
    let exit = match result {
        Ok(exit) => exit,
        Err(error) => {
            let exit = Exit::of_error(&error);
            if exit != Exit::Unread {
                output::error(&error);
            }
            exit
        }
    };
    exit.into()
}
