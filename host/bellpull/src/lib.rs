//! What `bellpull` does, as a library, so that tests reach it.

mod budget;
pub mod cases;
mod commands;
pub mod egress;
mod exit;
pub mod host;
mod http;
mod logs;
mod output;
pub mod providers;
pub mod settings;

use std::process::ExitCode;

use clap::Parser as _;

use crate::exit::Exit;
use crate::settings::{Cli, Command};

/// Parses the command line, runs the command and says how it ended.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return Exit::from_clap(&error).into(),
    };
    let ended = match cli.command {
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Receivers(arguments) => commands::receivers::run(&arguments),
        Command::Send(arguments) => commands::send::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Filter(arguments) => commands::filter::run(&arguments),
        Command::Inspect(arguments) => commands::inspect::run(&arguments),
        Command::Plugins(arguments) => commands::plugins::run(&arguments),
        Command::New(arguments) => commands::new::run(&arguments),
        Command::Crds => commands::crds::run(),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::CompileComponent(arguments) => commands::compile::run(&arguments),
    };
    let exit = match ended {
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
