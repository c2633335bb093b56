//! `bellpull plugins rollback`.

use anyhow::{Result, anyhow};
use bellpull_cluster::roll_back;

use super::live_cluster::connect;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, RollbackArgs};

pub(super) fn run(arguments: &RollbackArgs) -> Result<Exit> {
    let pinned = OfflineSetup::run(LogLevel::OFFLINE, roll(arguments))?;
    let name = &arguments.name;
    output::line(&match pinned {
        Some(digest) => format!("ReceiverPlugin {name} goes back to {digest}, until --undo"),
        None => format!("ReceiverPlugin {name} follows its source again"),
    })?;
    Ok(Exit::Success)
}

async fn roll(arguments: &RollbackArgs) -> Result<Option<String>> {
    let otherwise =
        "in a directory of manifests, write the annotation bellpull.dev/rollback-to by hand";
    let clients = connect(&arguments.connect, otherwise).await?;
    let to = arguments.to.as_deref();
    let rolled = roll_back(&clients, &arguments.name, to, arguments.undo).await;
    rolled.map_err(|error| anyhow!(error))
}
