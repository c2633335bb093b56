//! `bellpull receivers`.

mod age;
mod explain;
mod last_deliveries;
mod live;
mod planned;

use anyhow::Result;
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_core::ReceiverId;

use super::live_cluster::LiveCluster;
use super::loaded_objects::LoadedObjects;
use super::offline_setup::{OfflineSetup, PlannedObjects};
use super::quote;
use crate::cases::Case;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, ReceiversArgs};

/// A Receiver that a sample can be sent to.
struct ReadyReceiver {
    id: ReceiverId,
    /// Whether its deliveries carry a token of an issuer.
    takes_token: bool,
}

pub(crate) fn run(arguments: &ReceiversArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, receivers(arguments))
}

async fn receivers(arguments: &ReceiversArgs) -> Result<Exit> {
    if let Some(case) = &arguments.explain {
        let loaded = load(arguments).await?;
        let setup = OfflineSetup::new(&arguments.cache)?;
        return explain::run(arguments, loaded, Case::load(case)?, &setup).await;
    }
    let (ready, exit) = match &arguments.objects.manifests {
        Some(_) => {
            let setup = OfflineSetup::new(&arguments.cache)?;
            let loaded = load(arguments).await?;
            let PlannedObjects { loaded, plan, .. } =
                setup.plan(loaded, &arguments.plugins).await?;
            let mut states = plan.receivers;
            if let Some(namespace) = &arguments.objects.namespace {
                states.retain(|state| state.id.namespace == *namespace);
            }
            let exit = match loaded.is_whole {
                true => Exit::Success,
                false => Exit::Failure,
            };
            (planned::list(&states, arguments.output)?, exit)
        }
        None => {
            let cluster = LiveCluster::new(&arguments.objects, arguments.all).await?;
            let ready = live::list(&cluster, &arguments.pods, arguments.output).await?;
            (ready, Exit::Success)
        }
    };
    if arguments.send_hints {
        hints(arguments, &ready)?;
    }
    Ok(exit)
}

/// The objects of the directory or of the cluster.
async fn load(arguments: &ReceiversArgs) -> Result<LoadedObjects> {
    match &arguments.objects.manifests {
        Some(folder) => LoadedObjects::of_folder(folder),
        None => {
            let cluster = LiveCluster::new(&arguments.objects, arguments.all).await?;
            cluster.load().await
        }
    }
}

fn hints(arguments: &ReceiversArgs, ready: &[ReadyReceiver]) -> Result<()> {
    if ready.is_empty() {
        return Ok(());
    }
    let objects = &arguments.objects;
    let mut place = String::new();
    let paths = [
        ("--manifests", objects.manifests.as_ref()),
        ("--kubeconfig", objects.connect.kubeconfig.as_ref()),
    ];
    for (flag, path) in paths {
        if let Some(path) = path {
            place += &format!(" {flag} {}", quote(&path.display().to_string()));
        }
    }
    if let Some(context) = &objects.connect.context {
        place += &format!(" --context {}", quote(context));
    }
    output::line("\nSend a signed sample from another terminal:\n")?;
    for ReadyReceiver { id, takes_token } in ready {
        let namespace = match id.namespace.as_str() {
            DEFAULT_NAMESPACE if objects.manifests.is_some() => String::new(),
            other => format!(" --namespace {}", quote(other)),
        };
        let token = if *takes_token {
            " --token-file FILE"
        } else {
            ""
        };
        let name = quote(&id.name);
        output::line(&format!("  bellpull send {name}{place}{namespace}{token}"))?;
    }
    Ok(())
}
