//! `bellpull plugins rollback`.

use anyhow::{Result, anyhow};
use bellpull_cluster::{ClusterClients, ConnectError, ConnectOptions, roll_back};

use super::offline_setup::OfflineSetup;
use crate::exit::{Exit, UsageError};
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
    let options = ConnectOptions {
        kubeconfig: arguments.kubeconfig.clone(),
        context: arguments.context.clone(),
    };
    let clients = ClusterClients::new(&options).await;
    let clients = clients.map_err(|error| match error {
        ConnectError::None(reason) => UsageError(format!(
            "no cluster was found: give --kubeconfig FILE ({reason}); in a directory of manifests, write the \
             annotation bellpull.dev/rollback-to by hand"
        ))
        .into(),
        other => anyhow!(other),
    })?;
    let to = arguments.to.as_deref();
    let rolled = roll_back(&clients, &arguments.name, to, arguments.undo).await;
    rolled.map_err(|error| anyhow!(error))
}
