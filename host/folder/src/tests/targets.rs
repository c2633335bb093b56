use std::sync::Arc;

use bellpull_api::ResourceReference;
use bellpull_core::{Detail, ReceiverId};
use bellpull_ports::Targets as _;

use super::load;
use crate::FolderTargets;

const OBJECTS: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1beta2
kind: GitRepository
metadata: {name: one, namespace: apps, labels: {team: web, tier: a}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: two, namespace: apps, labels: {team: web}}
---
apiVersion: other.example/v1
kind: GitRepository
metadata: {name: three, namespace: apps, labels: {team: web}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: four, namespace: infra, labels: {team: web}}
---
apiVersion: a.example/v1
kind: Job
metadata: {name: job, namespace: apps}
---
apiVersion: b.example/v1
kind: Twin
metadata: {name: twin, namespace: apps}
---
apiVersion: c.example/v1
kind: Twin
metadata: {name: twin, namespace: apps}
";

async fn resolve(targets: &FolderTargets, reference: &str) -> String {
    let reference: ResourceReference = serde_json::from_str(reference).unwrap();
    let receiver = ReceiverId::new("apps", "web");
    match targets.resolve(&receiver, &reference, Detail::Name).await {
        Ok(targets) => {
            let names = targets.iter().map(|found| {
                let target = &found.target;
                format!("{} {target}", target.api_version)
            });
            names.collect::<Vec<_>>().join(", ")
        }
        Err(error) => format!("error: {error}"),
    }
}

/// References of a Receiver in the namespace `apps`, and the targets that they resolve to.
const REFERENCES: [(&str, &str); 14] = [
    (
        r#"{"kind":"GitRepository","name":"one"}"#,
        "source.toolkit.fluxcd.io/v1beta2 GitRepository/apps/one",
    ),
    (
        r#"{"kind":"GitRepository","name":"one","apiVersion":"source.toolkit.fluxcd.io/v1"}"#,
        "source.toolkit.fluxcd.io/v1 GitRepository/apps/one",
    ),
    (
        r#"{"kind":"GitRepository","name":"unheard"}"#,
        "source.toolkit.fluxcd.io/v1 GitRepository/apps/unheard",
    ),
    (
        r#"{"kind":"Job","name":"job"}"#,
        "a.example/v1 Job/apps/job",
    ),
    (
        r#"{"kind":"Job","name":"unheard"}"#,
        "error: Job unheard: apiVersion is required",
    ),
    (
        r#"{"kind":"ResourceSet","name":"apps"}"#,
        "fluxcd.controlplane.io/v1 ResourceSet/apps/apps",
    ),
    (
        r#"{"kind":"FluxInstance","name":"flux"}"#,
        "fluxcd.controlplane.io/v1 FluxInstance/apps/flux",
    ),
    (
        r#"{"kind":"ResourceSetInputProvider","name":"tags"}"#,
        "fluxcd.controlplane.io/v1 ResourceSetInputProvider/apps/tags",
    ),
    (
        r#"{"kind":"Twin","name":"twin"}"#,
        "error: Twin twin: apiVersion is required",
    ),
    (
        r#"{"kind":"GitRepository","name":"*","matchLabels":{"team":"web"}}"#,
        "source.toolkit.fluxcd.io/v1beta2 GitRepository/apps/one, \
             source.toolkit.fluxcd.io/v1 GitRepository/apps/two",
    ),
    (
        r#"{"kind":"GitRepository","name":"*","matchLabels":{"team":"web","tier":"a"}}"#,
        "source.toolkit.fluxcd.io/v1beta2 GitRepository/apps/one",
    ),
    (
        r#"{"kind":"GitRepository","name":"*","namespace":"infra","matchLabels":{"team":"web"}}"#,
        "source.toolkit.fluxcd.io/v1 GitRepository/infra/four",
    ),
    (
        r#"{"kind":"GitRepository","name":"*","matchLabels":{"team":"none"}}"#,
        "",
    ),
    (
        r#"{"kind":"GitRepository","name":"*"}"#,
        "error: GitRepository *: matchLabels is required",
    ),
];

#[tokio::test]
async fn resolves_references() {
    let index = load(&[("a.yaml", OBJECTS)]).targets;
    let targets = FolderTargets::new(index, true);
    for (reference, expected) in REFERENCES {
        assert_eq!(resolve(&targets, reference).await, expected, "{reference}");
    }
}

#[tokio::test]
async fn what_is_named_and_not_there_is_a_stranger() {
    let index = load(&[("a.yaml", OBJECTS)]).targets;
    let targets = FolderTargets::new(index, true);
    for (name, expected) in [("one", false), ("unheard", true)] {
        let reference = format!(r#"{{"kind":"GitRepository","name":"{name}"}}"#);
        let reference: ResourceReference = serde_json::from_str(&reference).unwrap();
        let receiver = ReceiverId::new("apps", "web");
        let found = targets.resolve(&receiver, &reference, Detail::Name).await;
        assert_eq!(found.unwrap()[0].has_no_manifest, expected, "{name}");
    }
}

#[tokio::test]
async fn keeps_to_the_namespace_and_sees_what_replaces_the_index() {
    let targets = FolderTargets::new(Arc::default(), false);
    let reference = r#"{"kind":"GitRepository","name":"four","namespace":"infra"}"#;
    assert_eq!(
        resolve(&targets, reference).await,
        "error: GitRepository infra/four: references to other namespaces are not allowed"
    );
    let clone = targets.clone();
    targets.replace(load(&[("a.yaml", OBJECTS)]).targets);
    let job = r#"{"kind":"Job","name":"job"}"#;
    assert_eq!(resolve(&clone, job).await, "a.example/v1 Job/apps/job");
}
