//! `bellpull notify`: notifies the targets of a Receiver as if a delivery had come.

use anyhow::Result;
use bellpull_admin::Admin as _;
use bellpull_admin::api::NotifyRequest;
use bellpull_core::{OutcomeKind, ReceiverId};

use super::admin_server;
use super::offline_setup::OfflineSetup;
use crate::exit::Exit;
use crate::output;
use crate::settings::{LogLevel, NotifyArgs, TextFormat};

pub(crate) fn run(arguments: &NotifyArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, notify(arguments))
}

async fn notify(arguments: &NotifyArgs) -> Result<Exit> {
    let servers = admin_server::replicas(&arguments.admin).await?;
    let receiver = ReceiverId::new(&arguments.namespace, &arguments.receiver);
    let request = NotifyRequest {
        target: arguments.target.clone(),
    };
    let notified = servers.notify(&receiver, request).await?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&notified)?)?,
        TextFormat::Text => {
            let ended = &notified.ended;
            let reason = ended.reason.as_ref().unwrap_or(&ended.message);
            let text = format!("{receiver}: {}: {reason}", ended.outcome);
            output::line(&bellpull_core::text::printable(
                &text,
                bellpull_core::limits::GUEST_TEXT,
            ))?;
            for target in &notified.targets {
                output::line(&format!("  {target}"))?;
            }
        }
    }
    let is_notified = notified.ended.outcome == OutcomeKind::Notified.as_str();
    Ok(if is_notified {
        Exit::Success
    } else {
        Exit::Failure
    })
}
