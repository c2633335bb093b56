//! `bellpull deliveries`: what running servers have recorded.

mod list;
mod save;
mod story;

use anyhow::Result;
use bellpull_admin::Admin as _;

use super::admin_server;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{DeliveriesArgs, DeliveriesCommand, LogLevel, ShowDeliveryArgs, TextFormat};

pub(crate) fn run(arguments: &DeliveriesArgs) -> Result<Exit> {
    let level = LogLevel::OFFLINE;
    match &arguments.command {
        Some(DeliveriesCommand::Show(show)) => OfflineSetup::run(level, tell(show)),
        Some(DeliveriesCommand::Save(save)) => OfflineSetup::run(level, save::save(save)),
        None => OfflineSetup::run(level, list::list(arguments)),
    }
}

async fn tell(arguments: &ShowDeliveryArgs) -> Result<Exit> {
    let servers = admin_server::replicas(&arguments.admin).await?;
    let delivery = servers.delivery(&arguments.id).await?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&delivery)?)?,
        TextFormat::Text => story::print(&delivery)?,
    }
    Ok(Exit::Success)
}
