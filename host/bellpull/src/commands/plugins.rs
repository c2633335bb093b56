use anyhow::{Context as _, Result};
use bellpull_admin::Admin as _;
use serde::{Deserialize, Serialize};

use super::admin_server;
use super::offline_setup::OfflineSetup;
use super::rollback;
use crate::exit::Exit;
use crate::output;
use crate::providers::PluginState;
use crate::settings::{AdminArgs, LogLevel, PluginsArgs, PluginsCommand, TextFormat};

/// Length of a digest in a table: enough to tell versions apart.
const SHORT_DIGEST: usize = "sha256:".len() + 12;
const COLUMNS: [&str; 8] = [
    "PROVIDERS",
    "SOURCE",
    "VERSION",
    "DIGEST",
    "SIGNER",
    "STATE",
    "FAULTS",
    "BREAKER",
];

/// A component of a pod, or of the one server that was asked.
#[derive(Serialize, Deserialize)]
struct PodPlugin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    #[serde(flatten)]
    state: PluginState,
}

pub(crate) fn run(arguments: &PluginsArgs) -> Result<Exit> {
    if let Some(PluginsCommand::Rollback(rollback)) = &arguments.command {
        return rollback::run(rollback);
    }
    let (plugins, exit) = OfflineSetup::run(LogLevel::OFFLINE, plugins(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&plugins)?)?,
        TextFormat::Text => print(&plugins)?,
    }
    Ok(exit)
}

async fn plugins(arguments: &PluginsArgs) -> Result<(Vec<PodPlugin>, Exit)> {
    if !arguments.no_server {
        return ask(&arguments.admin).await;
    }
    let setup = OfflineSetup::new(&arguments.cache)?;
    let plugins = setup.plugins(&arguments.plugins).await?;
    let states = plugins.inventory().states().into_iter();
    let plugins = states.map(|state| PodPlugin { pod: None, state });
    Ok((plugins.collect(), Exit::Success))
}

/// The components of every server. One that does not answer is told of, and the others are listed.
async fn ask(admin: &AdminArgs) -> Result<(Vec<PodPlugin>, Exit)> {
    let list = admin_server::replicas(admin).await?.plugins().await?;
    let plugins = list.plugins.into_iter().map(serde_json::from_value);
    let plugins: Result<Vec<PodPlugin>, _> = plugins.collect();
    let plugins = plugins.context("a server tells its plugins in another form")?;
    let exit = admin_server::tell_missing(&list.missing);
    Ok((plugins, exit))
}

fn print(plugins: &[PodPlugin]) -> Result<()> {
    let pods = plugins.iter().any(|plugin| plugin.pod.is_some());
    let pod_column: &[&str] = if pods { &["POD"] } else { &[] };
    let mut table = output::Table::new(&[pod_column, &COLUMNS].concat());
    for PodPlugin { pod, state } in plugins {
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
        let cells = [
            providers,
            state.source.clone(),
            state.version.clone().unwrap_or_else(absent),
            digest,
            signer,
            state.state.clone(),
            state.faults.to_string(),
            state.breaker.clone(),
        ];
        table.row(pod.iter().cloned().chain(cells));
        if let Some(reason) = &state.reason {
            table.note(&format!("  {reason}"));
        }
    }
    Ok(table.print()?)
}

fn short(digest: &str) -> &str {
    digest.get(..SHORT_DIGEST).unwrap_or(digest)
}
