use bellpull_api::{ROLLBACK_ANNOTATION, ReceiverPluginSpec};
use bellpull_trust::PluginObject;
use kube::api::{Patch, PatchParams};
use kube::core::Request;
use kube::{Api, Resource as _};
use serde_json::json;

use super::watched_plugin::WatchedPlugin;
use crate::ClusterClients;
use crate::api_error;
use crate::patch::FIELD_MANAGER;

/// Pins a ReceiverPlugin of a cluster to an artefact that has served before, and returns its digest. Without
/// `to` it is the one before the one that serves. With `undo` the pin is removed, and the source decides again.
///
/// # Errors
/// When there is no such object, it has no such artefact, or it may not be changed.
pub async fn roll_back(
    clients: &ClusterClients,
    name: &str,
    to: Option<&str>,
    undo: bool,
) -> Result<Option<String>, String> {
    let api: Api<WatchedPlugin> = Api::all(clients.calling.clone());
    let plugin = api.get(name).await;
    let plugin = plugin.map_err(|error| api_error::describe(&error))?;
    let PluginObject { spec, status, .. } = plugin.into_object();
    if let Some(Ok(ReceiverPluginSpec {
        digest: Some(digest),
        ..
    })) = spec
        && !undo
    {
        return Err(format!(
            "ReceiverPlugin {name} takes {digest} alone: change digest, which no rollback goes beyond"
        ));
    }
    let digest = if undo {
        None
    } else {
        let serving = status.artifact.as_ref().map(|one| &one.digest);
        let known = status.history.iter().map(|one| &one.digest);
        let known: Vec<&String> = known.collect();
        let chosen = match to {
            Some(to) => known.iter().find(|one| one.as_str() == to),
            None => known.iter().find(|one| Some(**one) != serving),
        };
        let chosen = chosen.ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(|one| one.as_str()).collect();
            match (to, known.as_slice()) {
                (Some(to), _) => format!(
                    "ReceiverPlugin {name} has not served {to}: it has served {}",
                    known.join(", ")
                ),
                (None, _) => {
                    format!("ReceiverPlugin {name} has served no other artefact than this one")
                }
            }
        })?;
        Some((*chosen).clone())
    };
    let patch = json!({"metadata": {"annotations": {ROLLBACK_ANNOTATION: digest}}});
    let parameters = PatchParams {
        field_manager: Some(FIELD_MANAGER.to_owned()),
        ..PatchParams::default()
    };
    let request = Request::new(WatchedPlugin::url_path(&(), None))
        .patch(name, &parameters, &Patch::Merge(patch))
        .map_err(|error| error.to_string())?;
    let patched = clients.calling.request_text(request).await;
    patched.map_err(|error| api_error::describe(&error))?;
    Ok(digest)
}
