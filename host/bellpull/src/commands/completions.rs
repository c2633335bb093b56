use anyhow::Result;
use clap::CommandFactory as _;

use crate::exit::Exit;
use crate::output;
use crate::settings::{Cli, CompletionsArgs};

pub(crate) fn run(arguments: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "bellpull",
        &mut script,
    );
    output::bytes(&script)?;
    Ok(Exit::Success)
}
