//! Reads what a ReceiverPlugin is made of.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_api::{REQUESTED_AT_ANNOTATION, ROLLBACK_ANNOTATION, ReceiverPlugin};
use bellpull_core::text;
use bellpull_trust::{ConfigMapContent, PluginObject};
use serde::Deserialize;
use serde_json::Value;

use super::typed::{ManifestProblem, printable, typed};
use crate::yaml::YamlPlace;

/// A ConfigMap (Kubernetes API, core/v1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigMapManifest {
    #[serde(default)]
    data: BTreeMap<String, String>,
    #[serde(default)]
    binary_data: BTreeMap<String, String>,
}

pub(super) fn read(value: Value, place: &YamlPlace) -> Result<PluginObject, ManifestProblem> {
    let ReceiverPlugin { metadata, spec } = typed(value, place, "", |error| {
        printable(&text::without_value(&error.to_string()))
    })?;
    let annotation = |name| metadata.annotations.get(name).cloned();
    Ok(PluginObject {
        generation: metadata.generation,
        requested_at: annotation(REQUESTED_AT_ANNOTATION),
        rollback_to: annotation(ROLLBACK_ANNOTATION),
        name: metadata.name,
        spec: Some(Ok(spec)),
        ..PluginObject::default()
    })
}

pub(super) fn config_map(
    value: Value,
    place: &YamlPlace,
) -> Result<ConfigMapContent, ManifestProblem> {
    let ConfigMapManifest { data, binary_data } = typed(value, place, "", |error| {
        printable(&text::without_value(&error.to_string()))
    })?;
    let texts = data.into_iter().map(|(key, text)| (key, text.into_bytes()));
    let mut values: BTreeMap<String, Vec<u8>> = texts.collect();
    for (key, text) in binary_data {
        // kubectl breaks long lines.
        let text: String = text.split_whitespace().collect();
        let bytes = STANDARD.decode(text).map_err(|_| {
            let members = place.member("binaryData");
            let place = members
                .and_then(|members| members.member(&key))
                .unwrap_or(place);
            ManifestProblem::at(
                place,
                format!("binaryData.{}: is not base64", printable(&key)),
            )
        })?;
        values.insert(key, bytes);
    }
    Ok(ConfigMapContent { values })
}
