//! `bellpull receivers`.

mod age;
mod explain;
mod hints;
mod last_deliveries;
mod live;
mod planned;

use anyhow::Result;

use super::live_cluster::LiveCluster;
use super::loaded_objects::LoadedObjects;
use super::offline_setup::{OfflineSetup, PlannedObjects};
use crate::cases::Case;
use crate::exit::Exit;
use crate::settings::{LogLevel, ReceiversArgs};

pub(crate) fn run(arguments: &ReceiversArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, receivers(arguments))
}

async fn receivers(arguments: &ReceiversArgs) -> Result<Exit> {
    if let Some(case) = &arguments.explain {
        let case = Case::load(case)?;
        let loaded = load(arguments).await?;
        let setup = OfflineSetup::new(&arguments.cache)?;
        return explain::run(arguments, loaded, case, &setup).await;
    }
    let (ready, exit) = match &arguments.objects.manifests {
        Some(_) => {
            let setup = OfflineSetup::new(&arguments.cache)?;
            let loaded = load(arguments).await?;
            let PlannedObjects { loaded, plan, .. } =
                setup.plan(loaded, &arguments.plugins).await?;
            let mut states = plan.receivers;
            let ReceiversArgs { objects, all, .. } = arguments;
            states.retain(|state| objects.reads(*all, &state.id.namespace));
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
        hints::print(&arguments.objects, &ready)?;
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
