use std::fs;

use anyhow::{Context as _, Result};
use bellpull_admin::Admin as _;

use crate::cases::{BODY_FILE, CASE_FILE, Case, SavedCase, SavedReceiver};
use crate::commands::{admin_server, quote};
use crate::exit::Exit;
use crate::output;
use crate::settings::SaveDeliveryArgs;

/// Writes a recorded delivery as a case.
pub(super) async fn save(arguments: &SaveDeliveryArgs) -> Result<Exit> {
    let servers = admin_server::replicas(&arguments.admin).await?;
    let delivery = servers.delivery(&arguments.id).await?;
    let receivers = servers.receivers().await?.receivers;
    let receiver = receivers.iter().find(|known| known.id == delivery.receiver);
    let receiver = SavedReceiver {
        events: receiver.map_or(&[], |known| known.events.as_slice()),
        config: receiver.and_then(|known| known.config.as_ref()),
    };
    let saved = SavedCase::of(&delivery, &receiver)?;
    let folder = &arguments.folder;
    let wrong = || format!("{} cannot be written", folder.display());
    fs::create_dir(folder).with_context(|| {
        format!(
            "the folder {} cannot be made: name a new one",
            folder.display()
        )
    })?;
    fs::write(folder.join(BODY_FILE), &saved.body).with_context(wrong)?;
    fs::write(folder.join(CASE_FILE), &saved.yaml).with_context(wrong)?;
    let case = Case::load(folder)?;
    if let Some(why) = &saved.unsigned {
        output::note(&format!("not signed: {why}"));
    }
    let shown = quote(&folder.display().to_string());
    output::line(&format!("saved {shown}; try it:"))?;
    output::line(&format!(
        "  bellpull check {} {shown}",
        quote(&case.provider)
    ))?;
    Ok(Exit::Success)
}
