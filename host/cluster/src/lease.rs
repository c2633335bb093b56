//! The Lease that decides which replica writes status.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, Client};
use kube_lease_manager::LeaseManagerBuilder;
use tokio::sync::watch;

use crate::metrics::ClusterMetrics;
use crate::patch::FIELD_MANAGER;

/// The Lease that replicas compete for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseSettings {
    pub namespace: String,
    pub name: String,
    /// The name of this replica, different from every earlier one.
    pub identity: String,
    /// How long the Lease is held without a renewal.
    pub duration: Duration,
    /// How long before its end the Lease is renewed.
    pub grace: Duration,
}

/// Delays between attempts to create or read the Lease.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(1))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// Competes for the Lease until every receiver of `leading` is dropped, then releases it.
pub(crate) async fn compete(
    client: Client,
    settings: LeaseSettings,
    leading: watch::Sender<bool>,
    metrics: ClusterMetrics,
) {
    // Each replica has its own field manager. With a shared one, the second replica would take the
    // Lease from the first without a conflict.
    let build = || async {
        LeaseManagerBuilder::new(client.clone(), &settings.name)
            .with_namespace(&settings.namespace)
            .with_duration(settings.duration.as_secs())
            .with_grace(settings.grace.as_secs())
            .with_identity(&settings.identity)
            .with_field_manager(format!("{FIELD_MANAGER}-{}", settings.identity))
            .build()
            .await
    };
    let warn = |error: &kube_lease_manager::LeaseManagerError, _: Duration| {
        tracing::warn!(lease = settings.name, %error, "the lease cannot be had now");
    };
    loop {
        let built = build.retry(RETRY).notify(warn);
        let manager = tokio::select! {
            built = built => match built {
                Ok(manager) => manager,
                Err(error) => {
                    tracing::error!(%error, "the lease is no longer tried for");
                    return;
                }
            },
            () = leading.closed() => return,
        };
        let (held, manager) = manager.watch().await;
        tokio::select! {
            () = tell(held, &leading, &metrics) => {
                // The manager releases the Lease when its receiver is dropped.
                drop(manager.await);
                return;
            }
            () = is_free(&client, &settings) => manager.abort(),
        }
    }
}

/// Passes on whether this replica leads, until every receiver is dropped.
async fn tell(
    mut held: watch::Receiver<bool>,
    leading: &watch::Sender<bool>,
    metrics: &ClusterMetrics,
) {
    loop {
        let is_leader = *held.borrow_and_update();
        metrics.set_leader(is_leader);
        let news = leading.send_if_modified(|leading| {
            let news = *leading != is_leader;
            *leading = is_leader;
            news
        });
        if news {
            tracing::info!(is_leader, "the lease has changed hands");
        }
        tokio::select! {
            changed = held.changed() => if changed.is_err() { return },
            () = leading.closed() => return,
        }
    }
}

/// Returns when the Lease has been released and stays free, or has been deleted. The manager does not
/// notice either: it waits until the Lease would expire, and does not create it again.
async fn is_free(client: &Client, settings: &LeaseSettings) {
    let leases: Api<Lease> = Api::namespaced(client.clone(), &settings.namespace);
    let mut was_free = false;
    loop {
        tokio::time::sleep(settings.duration.saturating_sub(settings.grace)).await;
        // The manager meets the same error and logs it.
        let Ok(lease) = leases.get_opt(&settings.name).await else {
            continue;
        };
        let Some(lease) = lease else {
            return;
        };
        let is_held = lease
            .spec
            .is_some_and(|spec| spec.holder_identity.is_some());
        // A manager that is not waiting takes a free Lease before the next look.
        if was_free && !is_held {
            return;
        }
        was_free = !is_held;
    }
}
