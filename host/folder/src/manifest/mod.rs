//! Reads the objects of a manifest.

mod contents;
mod object;
mod plugin;
mod typed;

use std::path::Path;

use bellpull_api::{PLUGIN_GROUP, PLUGIN_KIND, RECEIVER_GROUP, RECEIVER_KIND};
use bellpull_core::ReceiverId;
use serde_json::Value;

use crate::yaml::{self, DocumentStarts, YamlNode};
use crate::{DocumentPlace, ManifestError};
pub(crate) use contents::{Contents, Identity, ManifestObject, PlacedObject, TargetManifest};
pub(crate) use object::group;
use object::{header, object};
use typed::{ManifestProblem, printable};

/// Reads every object of a file.
pub(crate) fn contents(file: &Path, text: &str) -> Contents {
    let mut reader = ManifestReader {
        file,
        starts: DocumentStarts::of(text),
        contents: Contents::default(),
    };
    match yaml::documents(text) {
        Ok(documents) => {
            for document in documents {
                reader.object(document);
            }
        }
        Err(error) => reader.error(error.line, error.column, error.message),
    }
    reader.contents
}

struct ManifestReader<'a> {
    file: &'a Path,
    starts: DocumentStarts,
    contents: Contents,
}

impl ManifestReader<'_> {
    fn object(&mut self, mut node: YamlNode) {
        if is_list(&node.value) {
            self.list(node);
            return;
        }
        drop_nulls(&mut node.value);
        let found = header(&node).and_then(|header| {
            let place = self.place(node.place.line, node.place.column);
            let identity = Identity {
                group: group(&header.api_version).to_owned(),
                kind: header.kind.clone(),
                namespace: header.metadata.namespace().to_owned(),
                name: header.metadata.name.clone(),
            };
            if identity.group == RECEIVER_GROUP && identity.kind == RECEIVER_KIND {
                let id = ReceiverId::new(&identity.namespace, &identity.name);
                self.contents.receivers.insert(id);
            }
            if identity.group == PLUGIN_GROUP && identity.kind == PLUGIN_KIND {
                self.contents.plugins.insert(identity.name.clone());
            }
            Ok(PlacedObject {
                object: object(header, node)?,
                identity,
                place,
            })
        });
        match found {
            Ok(found) => {
                self.warn_of_interval(&found);
                self.contents.found.push(found);
            }
            Err(ManifestProblem {
                line,
                column,
                message,
            }) => self.error(line, column, message),
        }
    }

    fn list(&mut self, mut node: YamlNode) {
        let items = node.value.get_mut("items").map(Value::take);
        let place = node.place.take("items");
        match (items, place) {
            (Some(Value::Array(items)), Some(place)) => {
                for (value, place) in items.into_iter().zip(place.into_elements()) {
                    self.object(YamlNode { value, place });
                }
            }
            _ => self.error(
                node.place.line,
                node.place.column,
                "items is missing: a List holds a sequence of objects".to_owned(),
            ),
        }
    }

    /// Logs what is wrong with the annotation of a target, once for each version of the file.
    fn warn_of_interval(&self, found: &PlacedObject) {
        let target = found.object.target();
        if let Some((target, Err(error))) = target.map(|target| (target, &target.min_interval)) {
            tracing::warn!(
                file = %self.file.display(),
                line = found.place.line,
                target_object = %printable(&target.target().to_string()),
                error,
                "the least interval of a target is passed over"
            );
        }
    }

    fn place(&self, line: u64, column: u64) -> DocumentPlace {
        DocumentPlace {
            document: self.starts.document_at(line),
            line,
            column,
        }
    }

    fn error(&mut self, line: u64, column: u64, message: String) {
        let error = ManifestError {
            file: self.file.to_owned(),
            place: Some(self.place(line, column)),
            message,
        };
        self.contents.errors.push(error);
    }
}

fn is_list(value: &Value) -> bool {
    let text = |name| value.get(name).and_then(Value::as_str);
    text("kind") == Some("List") && text("apiVersion") == Some("v1")
}

/// Drops null fields, which Kubernetes treats as absent. The config of a provider keeps its nulls.
fn drop_nulls(value: &mut Value) {
    let Value::Object(object) = value else { return };
    object.retain(|_, member| !member.is_null());
    for name in ["metadata", "spec"] {
        if let Some(Value::Object(members)) = object.get_mut(name) {
            members.retain(|_, member| !member.is_null());
        }
    }
}
