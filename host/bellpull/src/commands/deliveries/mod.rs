//! `bellpull deliveries`: what a running server has recorded.

mod ask;
mod story;

use anyhow::Result;
use bellpull_core::Timestamp;
use bellpull_records::DeliveryView;

use self::ask::ask;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{
    DeliveriesArgs, DeliveriesCommand, LogLevel, ShowDeliveryArgs, TableFormat, TextFormat,
};

pub(crate) fn run(arguments: &DeliveriesArgs) -> Result<Exit> {
    match &arguments.command {
        Some(DeliveriesCommand::Show(show)) => OfflineSetup::run(LogLevel::OFFLINE, tell(show)),
        None => OfflineSetup::run(LogLevel::OFFLINE, list(arguments)),
    }
}

async fn list(arguments: &DeliveriesArgs) -> Result<Exit> {
    let mut query = vec![("limit", arguments.limit.to_string())];
    let asked = [
        ("namespace", &arguments.namespace),
        ("receiver", &arguments.receiver),
        ("outcome", &arguments.outcome),
    ];
    query.extend(
        asked
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?))),
    );
    if let Some(age) = arguments.since {
        let since = Timestamp::now().checked_sub(age)?;
        query.push(("since", since.to_string()));
    }
    let deliveries: Vec<DeliveryView> = ask(&arguments.admin.admin, &[], &query).await?;
    match arguments.output {
        TableFormat::Json => output::line(&serde_json::to_string_pretty(&deliveries)?)?,
        TableFormat::Table => print(&deliveries, false)?,
        TableFormat::Wide => print(&deliveries, true)?,
    }
    Ok(Exit::Success)
}

async fn tell(arguments: &ShowDeliveryArgs) -> Result<Exit> {
    let delivery: DeliveryView = ask(&arguments.admin.admin, &[&arguments.id], &[]).await?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&delivery)?)?,
        TextFormat::Text => story::print(&delivery)?,
    }
    Ok(Exit::Success)
}

fn print(deliveries: &[DeliveryView], wide: bool) -> Result<()> {
    let columns = [
        "RECEIVED", "RECEIVER", "PROVIDER", "OUTCOME", "STATUS", "TARGETS", "ID",
    ];
    let more: &[&str] = if wide { &["CLIENT", "REASON"] } else { &[] };
    let mut table = output::Table::new(&[&columns, more].concat());
    for delivery in deliveries {
        let absent = || "-".to_owned();
        let notified = delivery
            .attempts
            .iter()
            .filter(|attempt| attempt.error.is_none());
        let mut cells = vec![
            delivery.received.clone(),
            delivery.receiver.to_string(),
            delivery.provider.clone().unwrap_or_else(absent),
            delivery.outcome.clone(),
            delivery.status.to_string(),
            notified.count().to_string(),
            delivery.id.clone(),
        ];
        if wide {
            let client = &delivery.request.client;
            cells.push(client.address.clone().unwrap_or_else(absent));
            let reason = delivery.reason.clone();
            cells.push(reason.unwrap_or_else(|| delivery.message.clone()));
        }
        table.row(cells);
    }
    Ok(table.print()?)
}
