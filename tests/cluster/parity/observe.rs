//! The observations of every row.

use bellpull_tests::cluster::Kubectl;
use serde_json::Value;

use super::names::shortened;
use super::row::{Lines, Row};
use super::side::Side;

/// Kinds that rows have objects of.
const TARGETS: &str = "buckets.source.toolkit.fluxcd.io,\
    externalartifacts.source.toolkit.fluxcd.io,\
    gitrepositories.source.toolkit.fluxcd.io,\
    helmcharts.source.toolkit.fluxcd.io,\
    helmrepositories.source.toolkit.fluxcd.io,\
    ocirepositories.source.toolkit.fluxcd.io,\
    artifactgenerators.source.extensions.fluxcd.io,\
    imagepolicies.image.toolkit.fluxcd.io,\
    imagerepositories.image.toolkit.fluxcd.io,\
    kustomizations.kustomize.toolkit.fluxcd.io,\
    helmreleases.helm.toolkit.fluxcd.io";

/// The annotation that a notification sets.
const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";

/// The objects of a list that are in a namespace.
pub(super) fn in_namespace<'a>(
    list: &'a Value,
    namespace: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let items = list["items"].as_array().into_iter().flatten();
    items.filter(move |item| item["metadata"]["namespace"] == namespace)
}

pub(super) fn all(kubectl: &Kubectl, side: Side, rows: &[Row]) -> Vec<Lines> {
    let everywhere = |kinds: &str| kubectl.get(&[kinds, "--all-namespaces"]);
    let receivers = everywhere("receivers.notification.toolkit.fluxcd.io");
    let events = everywhere("events");
    let targets = everywhere(TARGETS);
    let of = |row: &Row| {
        let namespace = side.namespace(row);
        let mut lines = Lines::new();
        if let Some(found) = in_namespace(&receivers, &namespace).next() {
            receiver(found, &mut lines);
        } else {
            lines.insert("gone".to_owned());
        }
        lines.extend(in_namespace(&events, &namespace).map(event));
        lines.extend(in_namespace(&targets, &namespace).filter_map(|found| target(found, "")));
        let elsewhere = format!("{namespace}-else");
        let elsewhere = in_namespace(&targets, &elsewhere);
        lines.extend(elsewhere.filter_map(|found| target(found, "else/")));
        let lines = lines.iter();
        lines.map(|line| shortened(line, &namespace)).collect()
    };
    rows.iter().map(of).collect()
}

fn receiver(receiver: &Value, lines: &mut Lines) {
    let status = &receiver["status"];
    for condition in status["conditions"].as_array().into_iter().flatten() {
        lines.insert(format!(
            "{}={} {} @{}: {}",
            text(&condition["type"]),
            text(&condition["status"]),
            text(&condition["reason"]),
            text(&condition["observedGeneration"]),
            text(&condition["message"]),
        ));
    }
    for field in [
        "webhookPath",
        "observedGeneration",
        "lastHandledReconcileAt",
    ] {
        let value = text(&status[field]);
        if !value.is_empty() {
            lines.insert(format!("{field}: {value}"));
        }
    }
    for finalizer in receiver["metadata"]["finalizers"]
        .as_array()
        .into_iter()
        .flatten()
    {
        lines.insert(format!("finalizer: {}", text(finalizer)));
    }
}

fn event(event: &Value) -> String {
    let [kind, reason, message] = ["type", "reason", "message"].map(|member| text(&event[member]));
    format!("event: {kind} {reason}: {message}")
}

/// An object that was told, in words of its own namespace or of another.
fn target(target: &Value, place: &str) -> Option<String> {
    target["metadata"]["annotations"][REQUESTED_AT].as_str()?;
    let kind = text(&target["kind"]);
    let name = text(&target["metadata"]["name"]);
    Some(format!("annotated: {kind} {place}{name}"))
}

/// A string or a number as text. Empty for an absent value.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
