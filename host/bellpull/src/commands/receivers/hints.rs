//! The commands that send a sample to each ready Receiver.

use anyhow::Result;
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_core::ReceiverId;

use super::super::quote;
use crate::output;
use crate::settings::ClusterReadArgs;

/// A Receiver that a sample can be sent to.
pub(super) struct ReadyReceiver {
    pub(super) id: ReceiverId,
    /// Whether its deliveries carry a token of an issuer.
    pub(super) takes_token: bool,
}

/// Prints a command for each Receiver.
pub(super) fn print(objects: &ClusterReadArgs, ready: &[ReadyReceiver]) -> Result<()> {
    if ready.is_empty() {
        return Ok(());
    }
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
