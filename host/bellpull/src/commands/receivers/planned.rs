use anyhow::Result;
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_core::Authentication;
use bellpull_plan::ReceiverState;
use serde::Serialize;

use super::offline_setup::{OfflineSetup, PlannedFolder};
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, ReceiversArgs, TableFormat};

/// A Receiver as `-o json` prints it.
#[derive(Serialize)]
struct ReceiverRow<'a> {
    namespace: &'a str,
    name: &'a str,
    provider: &'a str,
    ready: bool,
    reason: &'a str,
    path: Option<&'a str>,
    authentication: Option<&'static str>,
    /// Whether the component's own key proves the sender, and no key of the Secret does.
    #[serde(rename = "componentKey", skip_serializing_if = "std::ops::Not::not")]
    own_key: bool,
    /// Whether deliveries need a client certificate.
    #[serde(
        rename = "clientCertificate",
        skip_serializing_if = "std::ops::Not::not"
    )]
    client_certificate: bool,
    #[serde(skip)]
    authenticates_by: Option<String>,
    #[serde(rename = "providerVersion")]
    provider_version: Option<&'a String>,
    events: &'a [String],
    message: &'a str,
    warnings: &'a [String],
}

pub(crate) fn run(arguments: &ReceiversArgs) -> Result<Exit> {
    if let Some(case) = &arguments.explain {
        return OfflineSetup::run(LogLevel::OFFLINE, super::explain::run(arguments, case));
    }
    let PlannedFolder { loaded, plan, .. } = OfflineSetup::run(LogLevel::OFFLINE, plan(arguments))?;
    let rows: Vec<ReceiverRow<'_>> = plan.receivers.iter().map(|state| row(state)).collect();
    match arguments.output {
        TableFormat::Json => output::line(&serde_json::to_string_pretty(&rows)?)?,
        TableFormat::Table => print(&rows, false)?,
        TableFormat::Wide => print(&rows, true)?,
    }
    if arguments.send_hints {
        hints(arguments, &rows)?;
    }
    Ok(if loaded.errors.is_empty() {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn plan(arguments: &ReceiversArgs) -> Result<PlannedFolder> {
    let folder = &arguments.manifests.manifests;
    let setup = OfflineSetup::new(&arguments.cache)?;
    setup.plan(folder, &arguments.plugins).await
}

fn row(state: &ReceiverState) -> ReceiverRow<'_> {
    ReceiverRow {
        namespace: &state.id.namespace,
        name: &state.id.name,
        provider: &state.provider,
        ready: state.ready,
        reason: state.reason.as_str(),
        path: state.paths.first().map(|path| &**path),
        authentication: state
            .authentication
            .map(|authentication| authentication.as_str()),
        own_key: state.own_key,
        client_certificate: state.client_certificate,
        authenticates_by: state.authenticates_by(),
        provider_version: state.provider_version.as_ref(),
        events: &state.events,
        message: &state.message,
        warnings: &state.warnings,
    }
}

fn print(rows: &[ReceiverRow<'_>], wide: bool) -> Result<()> {
    if rows.is_empty() {
        output::note("no Receivers found");
        return Ok(());
    }
    let mut header = vec!["NAMESPACE", "NAME", "PROVIDER", "READY", "REASON", "PATH"];
    if wide {
        header.extend(["AUTHENTICATION", "VERSION", "EVENTS"]);
    }
    let mut table = output::Table::new(&header);
    let absent = || "-".to_owned();
    for row in rows {
        let mut cells = vec![
            row.namespace.to_owned(),
            row.name.to_owned(),
            row.provider.to_owned(),
            if row.ready { "True" } else { "False" }.to_owned(),
            row.reason.to_owned(),
            row.path.map_or_else(absent, ToOwned::to_owned),
        ];
        if wide {
            let events = if row.events.is_empty() {
                absent()
            } else {
                row.events.join(",")
            };
            cells.extend([
                row.authenticates_by.clone().unwrap_or_else(absent),
                row.provider_version.cloned().unwrap_or_else(absent),
                events,
            ]);
        }
        table.row(cells);
        if !row.ready {
            table.note(&format!("  {}: {}", row.name, row.message));
        }
        for warning in row.warnings {
            table.note(&format!("  {}: warning: {warning}", row.name));
        }
    }
    Ok(table.print()?)
}

fn hints(arguments: &ReceiversArgs, rows: &[ReceiverRow<'_>]) -> Result<()> {
    let ready: Vec<&ReceiverRow<'_>> = rows.iter().filter(|row| row.ready).collect();
    if ready.is_empty() {
        return Ok(());
    }
    let folder = super::quote(&arguments.manifests.manifests.display().to_string());
    output::line("\nSend a signed sample from another terminal:\n")?;
    for row in ready {
        let namespace = match row.namespace {
            DEFAULT_NAMESPACE => String::new(),
            other => format!(" --namespace {}", super::quote(other)),
        };
        let token = match row.authentication {
            Some(by) if by == Authentication::Token.as_str() => " --token-file FILE",
            _ => "",
        };
        let name = super::quote(row.name);
        output::line(&format!(
            "  bellpull send {name} --manifests {folder}{namespace}{token}"
        ))?;
    }
    Ok(())
}
