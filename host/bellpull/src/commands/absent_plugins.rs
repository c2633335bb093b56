//! Tells of the ReceiverPlugins of a cluster whose components are not here.

use bellpull_api::ReceiverPluginSpec;
use bellpull_trust::PluginObject;

use super::loaded_objects::LoadedObjects;
use crate::output;
use crate::settings::PluginArgs;

/// Notes each ReceiverPlugin that serves a provider of the Receivers, unless components are given by
/// `--plugins`.
pub(super) fn tell(arguments: &PluginArgs, loaded: &LoadedObjects) {
    if !arguments.plugins.is_empty() {
        return;
    }
    for plugin in loaded.plugins.plugins.values() {
        let Some(Ok(spec)) = &plugin.spec else {
            continue;
        };
        let receivers = loaded.objects.receivers.iter();
        let mut providers = receivers.map(|receiver| &receiver.spec.provider);
        if let Some(provider) = providers.find(|one| spec.providers.contains(one)) {
            output::note(&note(plugin, spec, provider));
        }
    }
}

fn note(plugin: &PluginObject, spec: &ReceiverPluginSpec, provider: &str) -> String {
    let name = &plugin.name;
    let how = match (&spec.source.oci, &plugin.status.artifact) {
        (Some(oci), Some(artifact)) => format!(
            "`bellpull pull {}@{} -o DIR/{name}.wasm`, and give --plugins DIR",
            oci.url, artifact.digest
        ),
        _ => "give --plugins DIR with it".to_owned(),
    };
    format!(
        "provider {provider} is served in the cluster by ReceiverPlugin {name}, whose component is not \
         here: {how}"
    )
}
