use std::sync::Arc;

use anyhow::{Context as _, Result};
use bellpull_cluster::{
    AccessReviews, Cluster, ClusterClients, ClusterMetrics, ClusterObjects, ClusterPatch,
    ClusterSettings, ClusterTargets, ConnectError, ConnectOptions, Synced, Tasks,
};
use bellpull_core::limits;
use bellpull_gateway::{Latch, Readiness};
use bellpull_plan::{Objects, ReceiverState};

use super::object_source::ObjectSource;
use super::platform::{Platform, PlatformParts, PlatformPlugins};
use super::process;
use crate::exit::UsageError;
use crate::settings::ServeArgs;

/// The clients to the cluster, and what to follow there. Nothing is sent yet.
pub(super) async fn connect(arguments: &ServeArgs) -> Result<(ClusterClients, ClusterSettings)> {
    let ServeArgs { cluster, .. } = arguments;
    let scope = cluster.scope().map_err(usage)?;
    let options = ConnectOptions {
        kubeconfig: cluster.kubeconfig.clone(),
        context: cluster.context.clone(),
    };
    let clients = ClusterClients::new(&options)
        .await
        .map_err(|error| match error {
            ConnectError::None(_) => usage(&error.to_string()),
            other => other.into(),
        })?;
    let replica = identity()?;
    let lease = cluster
        .lease(clients.namespace(), replica.clone())
        .map_err(usage)?;
    let settings = ClusterSettings {
        scope,
        receiver_selector: cluster.watch_label_selector.clone(),
        cross_namespace: !arguments.no_cross_namespace_refs,
        allowed_kinds: cluster.allow_target.iter().cloned().collect(),
        own_namespace: cluster.own_namespace(clients.namespace()),
        replica,
        lease,
    };
    Ok((clients, settings))
}

/// The pod's name, with a suffix that differs from that of an earlier process in the same pod.
fn identity() -> Result<String> {
    let mut suffix = [0; 4];
    getrandom::fill(&mut suffix).context("asking the system for randomness")?;
    Ok(format!("{}_{}", process::host_name(), hex::encode(suffix)))
}

fn usage(error: &str) -> anyhow::Error {
    UsageError(error.to_owned()).into()
}

/// Notifies by patching objects.
pub(super) struct ClusterPlatform;

impl Platform for ClusterPlatform {
    type Targets = ClusterTargets;
    type Patch = ClusterPatch;
    type Source = ClusterObjectSource;
}

pub(super) fn follow(
    clients: &ClusterClients,
    settings: ClusterSettings,
    metrics: &ClusterMetrics,
    readiness: &mut Readiness,
) -> (PlatformParts<ClusterPlatform>, Tasks) {
    let own = settings.own_namespace.clone();
    let cluster = Cluster::follow(clients, settings, metrics);
    let parts = PlatformParts {
        targets: cluster.targets,
        patch: cluster.patch,
        attempt: limits::NOTIFY_ATTEMPT,
        leader: Some(metrics.clone()),
        access: Some(AccessReviews::new(clients)),
        plugins: PlatformPlugins {
            place: clients.server().to_owned(),
            own,
            declared: cluster.plugins.declared,
            states: cluster.plugins.states,
        },
        source: ClusterObjectSource {
            source: cluster.source,
            synced: Synced {
                receivers: false,
                secrets: false,
            },
            receivers: readiness.latch("receivers"),
            secrets: readiness.latch("secrets"),
        },
    };
    (parts, cluster.tasks)
}

pub(super) struct ClusterObjectSource {
    source: ClusterObjects,
    synced: Synced,
    receivers: Latch,
    secrets: Latch,
}

impl ObjectSource for ClusterObjectSource {
    async fn changed(&mut self) -> bool {
        self.source.changed().await;
        true
    }

    fn objects(&mut self) -> Arc<Objects> {
        let (objects, synced) = self.source.objects();
        self.synced = synced;
        Arc::new(objects)
    }

    fn synced(&self) -> bool {
        self.synced.receivers
    }

    fn publishing(&mut self) {}

    fn published(&mut self, receivers: &[Arc<ReceiverState>], settled: bool) {
        if settled && self.synced.receivers {
            self.receivers.open();
        }
        if settled && self.synced.secrets {
            self.secrets.open();
        }
        self.source.published(receivers);
    }
}
