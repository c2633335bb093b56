//! `bellpull replay`: takes recorded deliveries along the road again.

use anyhow::Result;
use bellpull_admin::Admin;
use bellpull_admin::api::{DeliveryRequest, Replayed, ReplayedFrom};
use bellpull_core::{OutcomeKind, Timestamp};

use super::admin_server;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, ReplayArgs, TextFormat};

pub(crate) fn run(arguments: &ReplayArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, replay(arguments))
}

async fn replay(arguments: &ReplayArgs) -> Result<Exit> {
    let servers = admin_server::replicas(&arguments.admin).await?;
    let ids = match &arguments.id {
        Some(id) => vec![id.clone()],
        None => accepted(&servers, arguments).await?,
    };
    let mut exit = Exit::Success;
    let mut replays = Vec::new();
    for id in ids {
        let replayed = match servers.replay(&id).await {
            Ok(replayed) => replayed,
            // One of many must not keep the others from being replayed.
            Err(error) if arguments.id.is_none() => {
                output::note(&format!("{id}: {error}"));
                exit = Exit::Failure;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if !ends_well(&replayed) {
            exit = Exit::Failure;
        }
        match arguments.output {
            TextFormat::Text => output::line(&told(&id, &replayed))?,
            TextFormat::Json => replays.push(replayed),
        }
    }
    if arguments.output == TextFormat::Json {
        output::line(&serde_json::to_string_pretty(&replays)?)?;
    }
    Ok(exit)
}

/// The deliveries of a Receiver that were accepted, the oldest first, without replays.
async fn accepted(servers: &impl Admin, arguments: &ReplayArgs) -> Result<Vec<String>> {
    let age = arguments.since.unwrap_or_default();
    let request = DeliveryRequest {
        namespace: Some(arguments.namespace.clone()),
        receiver: arguments.receiver.clone(),
        since: Some(Timestamp::now().checked_sub(age)?.to_string()),
        limit: Some(usize::MAX),
        ..DeliveryRequest::default()
    };
    let list = servers.deliveries(request).await?;
    if admin_server::tell_missing(&list.missing) != Exit::Success {
        output::note("the deliveries that it took are not replayed");
    }
    let accepted = list.deliveries.into_iter().rev().filter(|delivery| {
        let is_ignored = delivery.outcome == OutcomeKind::Ignored.as_str();
        delivery.replay_of.is_none() && delivery.events.is_some() && !is_ignored
    });
    let ids: Vec<String> = accepted.map(|delivery| delivery.id).collect();
    if ids.is_empty() {
        output::note("no recorded delivery of this Receiver was accepted in that time");
    }
    Ok(ids)
}

fn ends_well(replayed: &Replayed) -> bool {
    let well = [OutcomeKind::Notified, OutcomeKind::Accepted];
    well.iter()
        .any(|kind| kind.as_str() == replayed.ended.outcome)
}

fn told(earlier: &str, replayed: &Replayed) -> String {
    let Replayed {
        id,
        from,
        why,
        ended,
    } = replayed;
    let from = match (from, why) {
        (ReplayedFrom::Verification, _) => "verified again".to_owned(),
        (ReplayedFrom::Verdict, None) => "from the verdict of then".to_owned(),
        (ReplayedFrom::Verdict, Some(why)) => format!("from the verdict of then, since {why}"),
    };
    let reason = ended.reason.as_ref().unwrap_or(&ended.message);
    let text = format!(
        "{earlier} replayed as {id}, {from}: {}: {reason}",
        ended.outcome
    );
    bellpull_core::text::printable(&text, bellpull_core::limits::GUEST_TEXT)
}
