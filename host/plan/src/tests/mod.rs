mod client_names;
mod closed;
mod component;
mod fake;
mod filters;
mod flux_crd;
mod hidden;
mod interleavings;
mod oidc;
mod paths;
mod pending;
mod strength;

use bellpull_api::Metadata;

use bellpull_core::{
    Extensions, Fault, KindKey, Problem, ReceiverId, ReceiverObject, SecretBytes, SecretObject,
};
use bellpull_ports::{ConfigureError, Entry};
use std::collections::{BTreeMap, BTreeSet};

use super::path::webhook_path;
use super::*;
use fake::Fake;

type Plan = super::Plan<u32, Fake>;

fn receiver(name: &str, spec: serde_json::Value) -> ReceiverObject {
    let mut whole = serde_json::json!({
        "type": "fake", "secretRef": {"name": "s"}, "resources": [],
    });
    for (field, value) in spec.as_object().unwrap() {
        whole[field] = value.clone();
    }
    let metadata = Metadata {
        name: name.to_owned(),
        ..Metadata::default()
    };
    ReceiverObject::new(&metadata, serde_json::from_value(whole).unwrap())
}

fn objects(receivers: &[ReceiverObject], secret: &[(&str, &str)]) -> Objects {
    let data = secret
        .iter()
        .map(|(key, value)| ((*key).to_owned(), SecretBytes::new((*value).into())))
        .collect();
    let secret = SecretObject {
        namespace: "default".into(),
        name: "s".into(),
        data,
    };
    Objects::new(receivers.to_vec(), [secret])
}

fn path(name: &str, token: &str) -> String {
    let token = SecretBytes::new(token.into());
    webhook_path(&ReceiverId::new("default", name), &token)
}

fn reasons(plan: &Plan) -> Vec<(&str, &str)> {
    plan.receivers
        .iter()
        .map(|state| (state.id.name.as_str(), state.reason.as_str()))
        .collect()
}

/// What answers a path: `serving`, the reason why not, or `unknown`.
fn answers(plan: &Plan, path: &str) -> &'static str {
    match plan.routes.get(path) {
        Some(Entry::Serving(_)) => "serving",
        Some(Entry::Unavailable { reason, .. }) => reason,
        None => "unknown",
    }
}

const TOKEN: [(&str, &str); 1] = [("token", "first")];
