use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use bellpull_core::limits;
use bellpull_folder::OnNotify;

use crate::settings::ServeArgs;

/// The command of `--on-notify`, with the path of its program.
pub(super) fn command(arguments: &ServeArgs) -> Result<Option<OnNotify>> {
    let Some(line) = &arguments.on_notify else {
        return Ok(None);
    };
    let path = std::env::var_os("PATH");
    let here = std::env::current_dir().context("finding the current directory")?;
    let program = which::which_in(&line.program, path.as_ref(), here).map_err(|_| {
        anyhow!(
            "--on-notify: there is no program {:?}; give the path of an executable file, or a name \
             that is found in PATH",
            line.program
        )
    })?;
    Ok(Some(OnNotify {
        program,
        arguments: line.arguments.clone(),
        path,
        timeout: arguments.on_notify_timeout,
    }))
}

/// Longest attempt to notify: the limit of the command, and the time to write the line.
pub(super) fn attempt(command: Option<&OnNotify>) -> Duration {
    let command = command.map_or(Duration::ZERO, |command| command.timeout);
    command.saturating_add(limits::NOTIFY_ATTEMPT)
}
