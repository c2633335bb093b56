use std::sync::Arc;

use bellpull_api::ResourceReference;
use bellpull_core::{Detail, KindKey, ReceiverId, Target};
use bellpull_matching::{Doubt, TargetSpec};
use bellpull_ports::{FoundTarget, TargetObject, Targets as _};
use serde_json::json;

use super::load;
use crate::{FolderTargets, TargetIndex};

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

/// Of a cluster: one object, and one kind that may not be listed.
fn listed(unlisted: KindKey) -> FolderTargets {
    let target = Target {
        api_version: "source.toolkit.fluxcd.io/v1".to_owned(),
        kind: "GitRepository".to_owned(),
        namespace: "apps".to_owned(),
        name: "one".to_owned(),
    };
    let object = TargetObject::new(json!({}), TargetSpec::Unknown(Doubt::Kind));
    let found = FoundTarget {
        object: Some(Arc::new(object)),
        ..FoundTarget::from(target)
    };
    let labels = [("team".to_owned(), "web".to_owned())].into();
    let unlisted = [(unlisted, "buckets is forbidden".to_owned())].into();
    FolderTargets::new(
        Arc::new(TargetIndex::listed([(found, labels)], unlisted)),
        true,
    )
}

#[tokio::test]
async fn what_a_cluster_has_not_listed_does_not_exist_or_may_not_be_read() {
    let here = |kind: &str, namespace: Option<&str>| KindKey {
        api_version: "source.toolkit.fluxcd.io/v1".to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
    };
    let cases = [
        (
            r#"{"kind":"GitRepository","name":"one"}"#,
            "source.toolkit.fluxcd.io/v1 GitRepository/apps/one",
        ),
        (
            r#"{"kind":"GitRepository","name":"*","matchLabels":{"team":"web"}}"#,
            "source.toolkit.fluxcd.io/v1 GitRepository/apps/one",
        ),
        (
            r#"{"kind":"GitRepository","name":"other"}"#,
            "error: GitRepository/apps/other does not exist",
        ),
        (
            r#"{"kind":"Bucket","name":"one"}"#,
            "error: buckets is forbidden",
        ),
        (
            r#"{"kind":"Bucket","name":"*","matchLabels":{}}"#,
            "error: buckets is forbidden",
        ),
        (
            r#"{"kind":"Job","name":"one"}"#,
            "error: Job one: apiVersion is required",
        ),
    ];
    for unlisted in [here("Bucket", Some("apps")), here("Bucket", None)] {
        let targets = listed(unlisted);
        for (reference, expected) in cases {
            assert_eq!(resolve(&targets, reference).await, expected, "{reference}");
        }
    }
}
