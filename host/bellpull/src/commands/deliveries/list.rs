use std::time::Duration;

use anyhow::Result;
use backon::{ExponentialBuilder, Retryable as _};
use bellpull_admin::api::{DeliveryList, DeliveryRequest, MissingReplica};
use bellpull_admin::{Admin as _, AdminError, ErrorKind};
use bellpull_core::Timestamp;
use bellpull_records::DeliveryView;

use crate::commands::admin_server;
use crate::commands::current_replicas::CurrentReplicas;
use crate::exit::Exit;
use crate::output::{self, Table};
use crate::settings::{DeliveriesArgs, TableFormat};

/// How long a server waits for a delivery before it is asked again. The API server of a cluster ends a
/// connection that is silent for longer than 15 s.
const WAIT: Duration = Duration::from_secs(10);

/// Pauses between questions that nobody answers.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(1))
    .with_max_delay(Duration::from_secs(30))
    .without_max_times();

/// Lists deliveries, and goes on with those that come if that is asked.
pub(super) async fn list(arguments: &DeliveriesArgs) -> Result<Exit> {
    let servers = CurrentReplicas::new(arguments.admin.clone()).await?;
    let request = request(arguments)?;
    let mut list = servers.deliveries(request.clone()).await?;
    if !arguments.watch {
        print(&list, arguments.output)?;
        return Ok(admin_server::tell_missing(&list.missing));
    }
    let mut told = ToldReplicas::default();
    told.tell(&list.missing);
    let mut shown = Shown::new(arguments.output);
    shown.print(&list)?;
    loop {
        let newer = DeliveryRequest {
            after: Some(list.next.clone()),
            wait: Some(WAIT.as_secs()),
            // None of those that come is left out.
            limit: Some(usize::MAX),
            ..request.clone()
        };
        list = next(&servers, &newer).await?;
        told.tell(&list.missing);
        shown.print(&list)?;
    }
}

/// Asks until a server answers: in a rollout, or a restart, there may be none for a while.
async fn next(servers: &CurrentReplicas, newer: &DeliveryRequest) -> Result<DeliveryList> {
    let ask = || servers.deliveries(newer.clone());
    let answer = ask
        .retry(RETRY)
        .when(|error: &AdminError| error.kind == ErrorKind::Unreachable)
        .notify(|error, _| output::note(&format!("{error}; asking again")))
        .await;
    Ok(answer?)
}

fn request(arguments: &DeliveriesArgs) -> Result<DeliveryRequest> {
    let since = arguments.since.map(|age| Timestamp::now().checked_sub(age));
    Ok(DeliveryRequest {
        namespace: arguments.namespace.clone(),
        receiver: arguments.receiver.clone(),
        outcome: arguments.outcome.clone(),
        since: since.transpose()?.map(|since| since.to_string()),
        limit: Some(arguments.limit),
        ..DeliveryRequest::default()
    })
}

/// Says once of each replica that it is missing.
#[derive(Default)]
struct ToldReplicas(Vec<String>);

impl ToldReplicas {
    fn tell(&mut self, missing: &[MissingReplica]) {
        for MissingReplica { replica, why } in missing {
            if !self.0.contains(replica) {
                output::note(&format!("{replica} is missing: {why}"));
                self.0.push(replica.clone());
            }
        }
    }
}

fn print(list: &DeliveryList, format: TableFormat) -> Result<()> {
    if format == TableFormat::Json {
        let text = serde_json::to_string_pretty(&list.deliveries)?;
        return Ok(output::line(&text)?);
    }
    let wide = format == TableFormat::Wide;
    let mut table = table(wide);
    for delivery in &list.deliveries {
        table.row(row(delivery, wide));
    }
    Ok(table.print()?)
}

/// The deliveries that are printed as they come.
struct Shown {
    format: TableFormat,
    table: Table,
}

impl Shown {
    fn new(format: TableFormat) -> Self {
        Self {
            format,
            table: table(format == TableFormat::Wide),
        }
    }

    /// Prints deliveries, the oldest first.
    fn print(&mut self, list: &DeliveryList) -> Result<()> {
        for delivery in list.deliveries.iter().rev() {
            match self.format {
                TableFormat::Json => output::line(&serde_json::to_string(delivery)?)?,
                TableFormat::Table => self.table.row(row(delivery, false)),
                TableFormat::Wide => self.table.row(row(delivery, true)),
            }
        }
        match self.format {
            TableFormat::Json => Ok(()),
            TableFormat::Table | TableFormat::Wide => Ok(self.table.print()?),
        }
    }
}

fn table(wide: bool) -> Table {
    let columns = [
        "RECEIVED", "RECEIVER", "PROVIDER", "OUTCOME", "STATUS", "TARGETS", "ID",
    ];
    let more: &[&str] = if wide {
        &["VERSION", "COMPONENT", "CLIENT", "REPLAY OF", "REASON"]
    } else {
        &[]
    };
    Table::new(&[&columns, more].concat())
}

fn row(delivery: &DeliveryView, wide: bool) -> Vec<String> {
    let absent = || "-".to_owned();
    let attempts = delivery.attempts.iter();
    let notified = attempts.filter(|attempt| attempt.error.is_none());
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
        let version = delivery.provider_version.clone();
        cells.push(version.unwrap_or_else(absent));
        let digest = delivery.component_digest.clone();
        cells.push(digest.unwrap_or_else(absent));
        let client = &delivery.request.client;
        cells.push(client.address.clone().unwrap_or_else(absent));
        cells.push(delivery.replay_of.clone().unwrap_or_else(absent));
        let reason = delivery.reason.clone();
        cells.push(reason.unwrap_or_else(|| delivery.message.clone()));
    }
    cells
}
