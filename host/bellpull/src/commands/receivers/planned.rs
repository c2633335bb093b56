//! The Receivers of a directory, as a server would plan them.

use std::sync::Arc;

use anyhow::Result;
use bellpull_core::Authentication;
use bellpull_plan::ReceiverState;
use serde::Serialize;

use super::hints::ReadyReceiver;
use crate::output;
use crate::settings::TableFormat;

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

/// Lists what a server would say of these Receivers. Returns the names of those that are ready.
pub(super) fn list(
    states: &[Arc<ReceiverState>],
    format: TableFormat,
) -> Result<Vec<ReadyReceiver>> {
    let rows: Vec<ReceiverRow<'_>> = states.iter().map(|state| row(state)).collect();
    match format {
        TableFormat::Json => output::line(&serde_json::to_string_pretty(&rows)?)?,
        TableFormat::Table => print(&rows, false)?,
        TableFormat::Wide => print(&rows, true)?,
    }
    let ready = states.iter().filter(|state| state.ready);
    Ok(ready
        .map(|state| ReadyReceiver {
            id: state.id.clone(),
            takes_token: state.authentication == Some(Authentication::Token),
        })
        .collect())
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
