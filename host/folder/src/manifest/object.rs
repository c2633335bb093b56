//! Reads one object of a manifest.

use std::sync::Arc;

use bellpull_api::{
    Metadata, PLUGIN_API_VERSION, PLUGIN_GROUP, PLUGIN_KIND, RECEIVER_API_VERSION, RECEIVER_GROUP,
    RECEIVER_KIND, Receiver, Secret,
};
use bellpull_core::{NotBase64, SecretObject, has_no_namespace, min_interval};
use bellpull_matching::TargetSpec;
use bellpull_ports::TargetObject;
use serde_json::{Map, Value};

use super::contents::{ManifestObject, TargetManifest};
use super::plugin;
use super::typed::{ManifestProblem, printable, typed};
use crate::yaml::{YamlNode, YamlPlace};

pub(super) struct Header {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) metadata: Metadata,
}

pub(super) fn header(node: &YamlNode) -> Result<Header, ManifestProblem> {
    let Value::Object(object) = &node.value else {
        return Err(ManifestProblem::at(
            &node.place,
            "is not an object: expected apiVersion, kind and metadata",
        ));
    };
    let api_version = text_member(object, &node.place, "apiVersion")?;
    let kind = text_member(object, &node.place, "kind")?;
    let missing = "metadata.name is missing: name the object";
    let place = node.place.member("metadata").unwrap_or(&node.place);
    let Some(Value::Object(members)) = object.get("metadata") else {
        return Err(ManifestProblem::at(place, missing));
    };
    if !matches!(members.get("name"), Some(Value::String(name)) if !name.is_empty()) {
        return Err(ManifestProblem::at(place, missing));
    }
    let metadata = typed(Value::Object(members.clone()), place, "metadata", |error| {
        if kind == "Secret" {
            "is not what belongs there".to_owned()
        } else {
            error.to_string()
        }
    })?;
    Ok(Header {
        api_version,
        kind,
        metadata,
    })
}

fn text_member(
    object: &Map<String, Value>,
    place: &YamlPlace,
    name: &'static str,
) -> Result<String, ManifestProblem> {
    match object.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::String(_)) | None => Err(ManifestProblem::at(
            place,
            format!("{name} is missing: every object has apiVersion, kind and metadata.name"),
        )),
        Some(_) => Err(ManifestProblem::at(
            place.member(name).unwrap_or(place),
            format!("{name} is not text: put it in quotes"),
        )),
    }
}

pub(super) fn object(header: Header, node: YamlNode) -> Result<ManifestObject, ManifestProblem> {
    let YamlNode { value, place } = node;
    let Header {
        api_version,
        kind,
        metadata,
    } = header;
    match (group(&api_version), kind.as_str()) {
        (RECEIVER_GROUP, RECEIVER_KIND) => {
            if api_version != RECEIVER_API_VERSION {
                let place = place.member("apiVersion").unwrap_or(&place);
                let message = format!(
                    "apiVersion {:?} of a Receiver is not read: write {RECEIVER_API_VERSION}",
                    printable(&api_version)
                );
                return Err(ManifestProblem::at(place, message));
            }
            typed::<Receiver>(value, &place, "", |error| printable(&error.to_string()))
                .map(|receiver| ManifestObject::Receiver(Arc::new(receiver.into())))
        }
        ("", "Secret") => secret(value, &place).map(ManifestObject::Secret),
        (PLUGIN_GROUP, PLUGIN_KIND) => {
            if api_version != PLUGIN_API_VERSION {
                let place = place.member("apiVersion").unwrap_or(&place);
                let message = format!(
                    "apiVersion {:?} of a ReceiverPlugin is not read: write {PLUGIN_API_VERSION}",
                    printable(&api_version)
                );
                return Err(ManifestProblem::at(place, message));
            }
            let plugin = plugin::read(value.clone(), &place)?;
            let target = target(value, (api_version, kind), metadata);
            Ok(ManifestObject::Plugin(Arc::new(plugin), target))
        }
        ("", "ConfigMap") => {
            let content = plugin::config_map(value.clone(), &place)?;
            let target = target(value, (api_version, kind), metadata);
            Ok(ManifestObject::ConfigMap(Arc::new(content), target))
        }
        _ => Ok(ManifestObject::Target(target(
            value,
            (api_version, kind),
            metadata,
        ))),
    }
}

fn target(
    value: Value,
    (api_version, kind): (String, String),
    metadata: Metadata,
) -> TargetManifest {
    let spec = TargetSpec::read(&api_version, &kind, &value);
    TargetManifest {
        min_interval: min_interval(&metadata.annotations),
        object: Arc::new(TargetObject::new(resource(value, &metadata), spec)),
        namespace: match has_no_namespace(&api_version, &kind) {
            true => String::new(),
            false => metadata.namespace().to_owned(),
        },
        name: metadata.name,
        labels: metadata.labels,
        api_version,
        kind,
    }
}

/// The part of an object that filters see.
fn resource(mut value: Value, metadata: &Metadata) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| matches!(name.as_str(), "apiVersion" | "kind" | "metadata"));
    }
    if let Some(Value::Object(members)) = value.get_mut("metadata") {
        members
            .entry("namespace")
            .or_insert_with(|| metadata.namespace().into());
    }
    value
}

/// Reads a Secret. Messages leave serde's words out, since these would quote the value.
fn secret(value: Value, place: &YamlPlace) -> Result<SecretObject, ManifestProblem> {
    let secret: Secret = typed(value, place, "", |_| {
        "is not what belongs there: values of a Secret are text, so put numbers and words such as \
         true and yes in quotes"
            .to_owned()
    })?;
    SecretObject::try_from(secret).map_err(|NotBase64 { key, is_encrypted }| {
        let place = place.member("data").and_then(|data| data.member(&key));
        let key = printable(&key);
        let wrong = if is_encrypted {
            "is still encrypted, as SOPS leaves it: decrypt the file first"
        } else {
            "is not base64: encode it, or write it as text below stringData"
        };
        ManifestProblem {
            line: place.map_or(1, |place| place.line),
            column: place.map_or(1, |place| place.column),
            message: format!("data.{key}: {wrong}"),
        }
    })
}

/// The group of an `apiVersion`; empty for the core group.
pub(crate) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
