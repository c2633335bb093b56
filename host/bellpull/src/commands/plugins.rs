use anyhow::{Context as _, Result};
use bellpull_admin::Admin as _;

use super::admin_server;
use super::offline_setup::OfflineSetup;
use super::rollback;
use crate::exit::Exit;
use crate::output;
use crate::providers::PluginState;
use crate::settings::{AdminArgs, LogLevel, PluginsArgs, PluginsCommand, TextFormat};

/// Length of a digest in a table: enough to tell versions apart.
const SHORT_DIGEST: usize = "sha256:".len() + 12;

pub(crate) fn run(arguments: &PluginsArgs) -> Result<Exit> {
    if let Some(PluginsCommand::Rollback(rollback)) = &arguments.command {
        return rollback::run(rollback);
    }
    let states = OfflineSetup::run(LogLevel::OFFLINE, states(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&states)?)?,
        TextFormat::Text => print(&states)?,
    }
    Ok(Exit::Success)
}

async fn states(arguments: &PluginsArgs) -> Result<Vec<PluginState>> {
    if !arguments.no_server {
        return ask_server(&arguments.admin).await;
    }
    let setup = OfflineSetup::new(&arguments.cache)?;
    let plugins = setup.plugins(&arguments.plugins).await?;
    Ok(plugins.inventory().states())
}

async fn ask_server(admin: &AdminArgs) -> Result<Vec<PluginState>> {
    let plugins = admin_server::replicas(admin)?.plugins().await?;
    serde_json::from_value(plugins).context("the server tells its plugins in another form")
}

fn print(states: &[PluginState]) -> Result<()> {
    let mut table = output::Table::new(&[
        "PROVIDERS",
        "SOURCE",
        "VERSION",
        "DIGEST",
        "SIGNER",
        "STATE",
        "FAULTS",
        "BREAKER",
    ]);
    for state in states {
        let absent = || "-".to_owned();
        let digest = state
            .digest
            .as_deref()
            .map(short)
            .map_or_else(absent, ToOwned::to_owned);
        let signer = match state.verified_by.as_slice() {
            [] => absent(),
            signers => signers.join(","),
        };
        let providers = match state.providers.as_slice() {
            [] => absent(),
            names => names.join(","),
        };
        table.row([
            providers,
            state.source.clone(),
            state.version.clone().unwrap_or_else(absent),
            digest,
            signer,
            state.state.clone(),
            state.faults.to_string(),
            state.breaker.clone(),
        ]);
        if let Some(reason) = &state.reason {
            table.note(&format!("  {reason}"));
        }
    }
    Ok(table.print()?)
}

fn short(digest: &str) -> &str {
    digest.get(..SHORT_DIGEST).unwrap_or(digest)
}
