use std::fs;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use crate::exit::Exit;
use crate::settings::{Cli, ManPagesArgs};

pub(crate) fn run(arguments: &ManPagesArgs) -> Result<Exit> {
    let directory = &arguments.directory;
    fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), directory))
        .with_context(|| format!("writing manual pages to {}", directory.display()))?;
    Ok(Exit::Success)
}
