//! Tells of the providers of a cluster whose components are not here.

use std::collections::BTreeSet;

use bellpull_api::ReceiverPluginSpec;
use bellpull_ports::Providers as _;
use bellpull_sandbox::Catalog;
use bellpull_trust::PluginObject;

use super::loaded_objects::LoadedObjects;
use crate::output;
use crate::settings::PluginArgs;

/// Notes each provider of the Receivers that a ReceiverPlugin serves in the cluster and no component here,
/// or a bundled one here although the ReceiverPlugin overrides it.
pub(super) fn tell(arguments: &PluginArgs, loaded: &LoadedObjects, catalog: &Catalog) {
    let receivers = loaded.objects.receivers.iter();
    let named = receivers.map(|receiver| (&receiver.spec.provider, &receiver.id.namespace));
    let unknown = |(provider, namespace): (&String, &String)| {
        catalog
            .find(provider, namespace)
            .is_err()
            .then(|| provider.clone())
    };
    let (providers, unknown): (BTreeSet<&String>, BTreeSet<String>) = (
        named.clone().map(|(provider, _)| provider).collect(),
        named.filter_map(unknown).collect(),
    );
    for plugin in loaded.plugins.plugins.values() {
        let Some(Ok(spec)) = &plugin.spec else {
            continue;
        };
        let overrides = spec.overrides_bundled && arguments.plugins.is_empty();
        let is_absent = |provider: &&String| {
            unknown.contains(*provider) || overrides && providers.contains(*provider)
        };
        if let Some(provider) = spec.providers.iter().find(is_absent) {
            output::note(&note(plugin, spec, provider));
        }
    }
    if let (Some(error), false) = (&loaded.plugins_unread, unknown.is_empty()) {
        output::note(&format!("error: {error}"));
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
