//! The last recorded delivery of each Receiver of a cluster.

use std::collections::HashMap;

use anyhow::Result;
use bellpull_admin::Admin as _;
use bellpull_admin::api::LastDelivery;
use bellpull_core::ReceiverId;

use super::super::admin_server;
use super::super::live_cluster::LiveCluster;
use crate::output;
use crate::settings::AdminPodArgs;

/// By Receiver.
pub(super) type LastDeliveries = HashMap<ReceiverId, LastDelivery>;

/// Asks the pods of Bellpull. Whoever may not, or has no such pods, is told, and lists without.
pub(super) async fn ask(cluster: &LiveCluster, pods: &AdminPodArgs) -> LastDeliveries {
    known(cluster, pods).await.unwrap_or_else(|error| {
        output::note(&format!("last deliveries are not known: {error:#}"));
        LastDeliveries::new()
    })
}

async fn known(cluster: &LiveCluster, pods: &AdminPodArgs) -> Result<LastDeliveries> {
    let servers = admin_server::of_pods(&cluster.clients, pods, None).await?;
    let list = servers.receivers().await?;
    for missing in &list.missing {
        let replica = &missing.replica;
        output::note(&format!(
            "the deliveries of {replica} are not known: {}",
            missing.why
        ));
    }
    let last = list.receivers.into_iter();
    Ok(last
        .filter_map(|known| Some((known.id, known.last?)))
        .collect())
}
