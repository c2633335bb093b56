use anyhow::{Result, ensure};
use bellpull_core::default_api_version;
use bellpull_filter::Resource;
use bellpull_folder::TargetIndex;
use serde_json::json;

use super::super::offline_setup::OfflineSetup;
use crate::settings::{FilterArgs, TargetName};

/// The objects that the filter is evaluated for, with their names: those of `--target`, or else every
/// target among the manifests, or else an empty one.
pub(super) fn find(arguments: &FilterArgs) -> Result<Vec<(String, Resource)>> {
    let folder = arguments.manifests.as_deref();
    let loaded = folder.map(OfflineSetup::load_folder).transpose()?;
    let index = loaded.map(|loaded| loaded.targets);
    if !arguments.targets.is_empty() {
        let named = arguments.targets.iter();
        return Ok(named
            .map(|name| (shown(name), known(index.as_deref(), name)))
            .collect());
    }
    let Some(index) = index else {
        return Ok(vec![("-".to_owned(), Resource::new("", "", &json!({})))]);
    };
    ensure!(
        !index.is_empty(),
        "the manifests contain no object that can be a target: name one with --target KIND/NAME"
    );
    let found = index.iter().filter_map(|found| {
        let object = found.object.as_deref()?;
        Some((found.target.to_string(), Resource::of(&object.resource)))
    });
    Ok(found.collect())
}

fn shown(name: &TargetName) -> String {
    format!("{}/{}/{}", name.kind, name.namespace, name.name)
}

fn known(index: Option<&TargetIndex>, name: &TargetName) -> Resource {
    let mut objects = index.into_iter().flat_map(TargetIndex::iter);
    let found = objects.find(|found| found.target.to_string() == shown(name));
    match found.and_then(|found| found.object) {
        Some(object) => Resource::of(&object.resource),
        None => {
            let version = default_api_version(&name.kind).unwrap_or_default();
            let metadata = json!({"name": name.name, "namespace": name.namespace});
            Resource::new(version, &name.kind, &metadata)
        }
    }
}
