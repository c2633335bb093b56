//! `bellpull serve`: settings → ports bound → providers loaded → objects watched → served → drained.

mod absent_providers;
mod acme;
mod admin;
mod cluster;
mod control;
mod crate_settings;
mod folder;
mod last_authentication;
mod listeners;
#[cfg(not(feature = "traces"))]
mod no_traces;
mod object_source;
mod on_notify;
mod plan_questions;
mod platform;
mod plugin_follower;
mod plugin_page;
mod plugin_rings;
mod process;
mod publish_watchdog;
mod publisher;
mod receiver_log;
mod records;
mod server;
mod signals;
mod telemetry;
mod tls;
#[cfg(feature = "traces")]
mod traces;

use std::time::Duration;

use anyhow::Result;
use bellpull_gateway::Readiness;
use prometheus_client::registry::Registry;

use crate::declared::place_of;
use crate::exit::Exit;
use crate::logs::{self, LevelHandle};
use crate::memory_budget::{MemoryBudget, MemoryLimit};
use crate::settings::ServeArgs;
use last_authentication::LastAuthenticationStore;
#[cfg(not(feature = "traces"))]
use no_traces as traces;
use server::{Instruments, Server};

/// How long the process waits for its threads at the end: they may be writing a file.
const LINGER: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &ServeArgs) -> Result<Exit> {
    let level = logs::start(arguments.log_format, arguments.log_level);
    process::prepare();
    let on_directory = arguments.manifests.is_some();
    let of_cluster = arguments.cluster.warnings(on_directory);
    for warning in arguments.flux.warnings().iter().chain(&of_cluster) {
        tracing::warn!("{warning}");
    }
    if let Some(manifests) = &arguments.manifests {
        super::check_folder(manifests)?;
    }
    super::check_plugins(&arguments.plugins)?;
    let budget = MemoryBudget::new(arguments, MemoryLimit::now())?;
    budget.log();
    let arguments = &budget.applied(arguments.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let exit = runtime.block_on(serve(arguments, level));
    // Blocking threads that still compute are not waited for.
    runtime.shutdown_timeout(LINGER);
    exit
}

async fn serve(arguments: &ServeArgs, level: LevelHandle) -> Result<Exit> {
    let cluster_metrics = bellpull_cluster::ClusterMetrics::default();
    let mut readiness = Readiness::new();
    let mut registry = Registry::default();
    if let Some(manifests) = &arguments.manifests {
        let command = on_notify::command(arguments)?;
        let Some(server) = Server::new(arguments).await? else {
            return Ok(Exit::Success);
        };
        let platform = folder::watch(arguments, manifests, command, &mut readiness)?;
        let store = LastAuthenticationStore::new(&arguments.cache, &place_of(manifests));
        let instruments = Instruments {
            readiness,
            registry,
            level,
        };
        return server.serve(arguments, platform, store, instruments).await;
    }
    let (clients, settings) = cluster::connect(arguments).await?;
    let Some(server) = Server::new(arguments).await? else {
        return Ok(Exit::Success);
    };
    cluster_metrics.register(&mut registry);
    let (platform, tasks) = cluster::follow(&clients, settings, &cluster_metrics, &mut readiness);
    let store = LastAuthenticationStore::new(&arguments.cache, clients.server());
    let instruments = Instruments {
        readiness,
        registry,
        level,
    };
    let exit = server.serve(arguments, platform, store, instruments).await;
    tasks.end().await;
    exit
}
