//! The Receivers of a cluster, as their status tells.

use anyhow::Result;
use bellpull_admin::api::LastDelivery;
use bellpull_cluster::LiveReceiver;
use bellpull_core::Timestamp;
use serde::Serialize;

use super::super::live_cluster::LiveCluster;
use super::age::age;
use super::hints::ReadyReceiver;
use super::last_deliveries;
use crate::output;
use crate::settings::{AdminPodArgs, TableFormat};

/// A Receiver as `-o json` prints it.
#[derive(Debug, PartialEq, Serialize)]
struct LiveRow<'a> {
    namespace: &'a str,
    name: &'a str,
    /// Null where this version cannot read the spec.
    provider: Option<&'a str>,
    /// Null where no controller has said.
    ready: Option<bool>,
    reason: Option<&'a str>,
    path: Option<&'a str>,
    events: &'a [String],
    message: &'a str,
    warnings: Vec<&'a str>,
    suspended: bool,
    /// Whether the status describes an earlier spec.
    outdated: bool,
    /// When it was created, as RFC 3339.
    created: Option<String>,
    /// Seconds since then.
    #[serde(skip)]
    age: Option<u64>,
    /// The last recorded delivery. Null where none is known.
    last: Option<&'a LastDelivery>,
    /// Seconds since it was received.
    #[serde(skip)]
    last_age: Option<u64>,
}

/// Lists the Receivers. Returns those that are ready.
pub(super) async fn list(
    cluster: &LiveCluster,
    pods: &AdminPodArgs,
    format: TableFormat,
) -> Result<Vec<ReadyReceiver>> {
    let receivers = cluster.reader.receivers().await?;
    let last = last_deliveries::ask(cluster, pods).await;
    let now = Timestamp::now();
    let rows: Vec<LiveRow<'_>> = receivers
        .iter()
        .map(|one| row(one, last.get(&one.id), now))
        .collect();
    match format {
        TableFormat::Json => output::line(&serde_json::to_string_pretty(&rows)?)?,
        TableFormat::Table => print(&rows, cluster, false)?,
        TableFormat::Wide => print(&rows, cluster, true)?,
    }
    let ready = rows.iter().zip(&receivers);
    let ready = ready.filter(|(row, _)| row.ready == Some(true));
    Ok(ready
        .map(|(_, receiver)| ReadyReceiver {
            id: receiver.id.clone(),
            // The status does not say how deliveries authenticate. Without a Secret there is only a token.
            takes_token: receiver
                .spec()
                .is_some_and(|spec| spec.secret_ref.is_none()),
        })
        .collect())
}

fn row<'a>(
    receiver: &'a LiveReceiver,
    last: Option<&'a LastDelivery>,
    now: Timestamp,
) -> LiveRow<'a> {
    let spec = receiver.spec();
    let ready = receiver.status.condition("Ready");
    let message = match (&receiver.object, ready) {
        (Err(unreadable), _) => &unreadable.message,
        (Ok(_), Some(ready)) => &ready.message,
        (Ok(_), None) => "no controller has written its status yet",
    };
    let is_ready = ready.and_then(|ready| match ready.status.as_str() {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    });
    let warnings = match is_ready {
        // A controller of ours writes the path first, then its warnings.
        Some(true) => message.split("; ").skip(1).collect(),
        _ => Vec::new(),
    };
    let since = |second: i64| u64::try_from(now.as_second() - second).ok();
    let received = last.and_then(|last| last.received.parse().ok());
    let created = receiver.created;
    LiveRow {
        namespace: &receiver.id.namespace,
        name: &receiver.id.name,
        provider: spec.map(|spec| spec.provider.as_str()),
        ready: is_ready,
        reason: ready.map(|ready| ready.reason.as_str()),
        path: receiver.status.webhook_path.as_deref(),
        events: spec.map_or(&[], |spec| &spec.events),
        message,
        warnings,
        suspended: spec.is_some_and(|spec| spec.suspend),
        outdated: ready
            .and_then(|ready| ready.observed_generation)
            .is_some_and(|observed| Some(observed) != receiver.generation),
        created: created
            .and_then(|created| Timestamp::from_second(created).ok())
            .map(|created| created.to_string()),
        age: created.and_then(since),
        last,
        last_age: received.and_then(|received: Timestamp| since(received.as_second())),
    }
}

fn print(rows: &[LiveRow<'_>], cluster: &LiveCluster, wide: bool) -> Result<()> {
    if rows.is_empty() {
        output::note(&format!(
            "no Receivers found in {}{}",
            cluster.place(),
            match cluster.namespace {
                Some(_) => "; -A reads all namespaces",
                None => "",
            }
        ));
        return Ok(());
    }
    let all = cluster.namespace.is_none();
    let mut header = vec![
        "NAME",
        "PROVIDER",
        "READY",
        "REASON",
        "LAST DELIVERY",
        "OUTCOME",
        "PATH",
        "AGE",
    ];
    if all {
        header.insert(0, "NAMESPACE");
    }
    if wide {
        header.extend(["SUSPENDED", "EVENTS"]);
    }
    let mut table = output::Table::new(&header);
    for row in rows {
        table.row(cells(row, all, wide));
        if row.ready != Some(true) {
            table.note(&format!("  {}: {}", row.name, row.message));
        }
        if row.outdated {
            let name = row.name;
            table.note(&format!("  {name}: its status describes an earlier spec"));
        }
        for warning in &row.warnings {
            table.note(&format!("  {}: warning: {warning}", row.name));
        }
    }
    Ok(table.print()?)
}

fn cells(row: &LiveRow<'_>, all: bool, wide: bool) -> Vec<String> {
    let absent = || "-".to_owned();
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let ready = match row.ready {
        Some(true) => "True",
        Some(false) => "False",
        None => "Unknown",
    };
    let mut cells = vec![
        row.name.to_owned(),
        or_dash(row.provider),
        ready.to_owned(),
        or_dash(row.reason),
        row.last_age.map_or_else(absent, age),
        or_dash(row.last.map(|last| last.outcome.as_str())),
        or_dash(row.path),
        row.age.map_or_else(absent, age),
    ];
    if all {
        cells.insert(0, row.namespace.to_owned());
    }
    if wide {
        let events = Some(row.events.join(",")).filter(|events| !events.is_empty());
        let suspended = if row.suspended { "True" } else { "False" };
        cells.extend([suspended.to_owned(), or_dash(events.as_deref())]);
    }
    cells
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bellpull_api::{Metadata, ReceiverStatus};
    use bellpull_core::{ReceiverId, ReceiverObject};
    use bellpull_plan::UnreadableSpec;
    use serde_json::json;

    use super::*;

    /// Created a minute before 1970-01-01T01:00:00Z, with this condition.
    fn receiver(ready: Option<(&str, &str)>) -> LiveReceiver {
        let conditions = ready.map(|(status, message)| {
            json!([{"type": "Ready", "status": status, "reason": "Why", "message": message,
                    "observedGeneration": 1, "lastTransitionTime": ""}])
        });
        let status = json!({"conditions": conditions.unwrap_or_else(|| json!([])),
                            "webhookPath": "/hook/a"});
        let spec = json!({"type": "github", "events": ["push"], "resources": []});
        let metadata = Metadata {
            name: "app".to_owned(),
            namespace: Some("apps".to_owned()),
            ..Metadata::default()
        };
        let spec = serde_json::from_value(spec).expect("a spec");
        LiveReceiver {
            id: ReceiverId::new("apps", "app"),
            object: Ok(Arc::new(ReceiverObject::new(&metadata, spec))),
            status: serde_json::from_value::<ReceiverStatus>(status).expect("a status"),
            generation: Some(1),
            created: Some(3540),
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(3600).expect("a time")
    }

    #[test]
    fn ready_and_warnings_are_what_the_condition_says() {
        let cases = [
            (Some(("True", "path: /hook/a")), Some(true), vec![]),
            (
                Some(("True", "path: /hook/a; b; c")),
                Some(true),
                vec!["b", "c"],
            ),
            (Some(("False", "token; missing")), Some(false), vec![]),
            (Some(("Unknown", "progressing")), None, vec![]),
            (None, None, vec![]),
        ];
        for (condition, ready, warnings) in cases {
            let receiver = receiver(condition);
            let row = row(&receiver, None, now());
            assert_eq!(
                (row.ready, row.warnings),
                (ready, warnings),
                "{condition:?}"
            );
            assert_eq!(row.age, Some(60), "{condition:?}");
            assert_eq!(row.created.as_deref(), Some("1970-01-01T00:59:00Z"));
            assert!(!row.outdated, "{condition:?}");
        }
    }

    #[test]
    fn a_status_of_an_earlier_spec_is_outdated() {
        let mut receiver = receiver(Some(("True", "path: /hook/a")));
        receiver.generation = Some(2);
        assert!(row(&receiver, None, now()).outdated);
    }

    #[test]
    fn a_spec_that_cannot_be_read_says_why() {
        let mut receiver = receiver(Some(("True", "path: /hook/a")));
        receiver.object = Err(UnreadableSpec {
            generation: Some(1),
            message: "spec cannot be read".to_owned(),
        });
        let row = row(&receiver, None, now());
        assert_eq!((row.provider, row.message), (None, "spec cannot be read"));
    }

    #[test]
    fn the_namespace_is_a_column_where_all_are_read() {
        let receiver = receiver(Some(("True", "path: /hook/a")));
        let last = LastDelivery {
            id: "1".to_owned(),
            received: "1970-01-01T00:59:50Z".to_owned(),
            outcome: "notified".to_owned(),
        };
        let without = row(&receiver, None, now());
        let row = row(&receiver, Some(&last), now());
        assert_eq!(
            cells(&without, false, false).join(" "),
            "app github True Why - - /hook/a 60s"
        );
        assert_eq!(
            cells(&row, true, true).join(" "),
            "apps app github True Why 10s notified /hook/a 60s False push"
        );
    }
}
