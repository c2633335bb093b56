//! Which replica writes status.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, Client};
use kube_lease_manager::LeaseManagerBuilder;
use tokio::sync::watch;

use crate::metrics::Metrics;
use crate::patch::FIELD_MANAGER;

/// The Lease that replicas compete for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseSettings {
    /// Namespace of the Lease.
    pub namespace: String,
    /// Name of the Lease.
    pub name: String,
    /// Who this replica is, among all that there have been.
    pub identity: String,
    /// How long it is held without being renewed.
    pub duration: Duration,
    /// How long before its end it is renewed.
    pub grace: Duration,
}

/// Between attempts to talk of the Lease at all.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(1))
    .with_max_delay(Duration::from_secs(10))
    .without_max_times()
    .with_jitter();

/// Competes for the Lease until nobody listens to `leading` any more; then gives it up.
pub(crate) async fn compete(
    client: Client,
    settings: LeaseSettings,
    leading: watch::Sender<bool>,
    metrics: Metrics,
) {
    // Each replica has a field manager of its own: one that two share makes the second take the
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
    let complain = |error: &kube_lease_manager::LeaseManagerError, _: Duration| {
        tracing::warn!(lease = settings.name, %error, "the lease cannot be had now");
    };
    loop {
        let built = build.retry(RETRY).notify(complain);
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
                // The manager gives the Lease up when nobody listens to it.
                drop(manager.await);
                return;
            }
            () = given_up(&client, &settings) => manager.abort(),
        }
    }
}

/// Passes on who leads, until nobody listens.
async fn tell(mut held: watch::Receiver<bool>, leading: &watch::Sender<bool>, metrics: &Metrics) {
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

/// Returns when the Lease is free and stays so, or is gone. A manager that waits for the end of the
/// Lease looks at it no sooner than then, and does not make one that was deleted anew.
async fn given_up(client: &Client, settings: &LeaseSettings) {
    let leases: Api<Lease> = Api::namespaced(client.clone(), &settings.namespace);
    let mut was_free = false;
    loop {
        tokio::time::sleep(settings.duration.saturating_sub(settings.grace)).await;
        // What goes wrong here goes wrong for the manager too, which tells of it.
        let Ok(lease) = leases.get_opt(&settings.name).await else {
            continue;
        };
        let Some(lease) = lease else {
            return;
        };
        let is_held = lease
            .spec
            .is_some_and(|spec| spec.holder_identity.is_some());
        // A manager that is not waiting takes a free one in between.
        if was_free && !is_held {
            return;
        }
        was_free = !is_held;
    }
}
