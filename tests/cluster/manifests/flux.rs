//! The manifests leave the objects of Flux to Flux.

use std::fs;
use std::path::PathBuf;

use bellpull_tests::cluster::crds::Crds;
use serde_json::{Value, json};

use super::{built, built_in, container, deployment, of_kind, strings};

/// A file of notification-controller's source.
fn source(path: &str) -> PathBuf {
    let files = Crds::FluxNotification.files().expect("Flux's definitions");
    // Below `config/crd/bases`.
    let root = files[0].ancestors().nth(4).expect("the source");
    root.join(path)
}

/// Kinds and names that an installation of Flux has in its namespace or in the cluster, beside those
/// of notification-controller's source (fluxcd/flux2 v2.9, `manifests/`).
const FLUX_OWNS: &[(&str, &str)] = &[
    ("Namespace", "flux-system"),
    ("NetworkPolicy", "allow-egress"),
    ("NetworkPolicy", "allow-scraping"),
    ("NetworkPolicy", "allow-webhooks"),
    ("ResourceQuota", "critical-pods-flux-system"),
    ("ServiceAccount", "notification-controller"),
    ("ClusterRole", "crd-controller-flux-system"),
    ("ClusterRole", "flux-edit-flux-system"),
    ("ClusterRole", "flux-view-flux-system"),
    ("ClusterRoleBinding", "crd-controller-flux-system"),
    ("ClusterRoleBinding", "cluster-reconciler-flux-system"),
];

fn owned() -> Vec<(String, String)> {
    let mut owned: Vec<(String, String)> = FLUX_OWNS
        .iter()
        .map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned()))
        .collect();
    for folder in ["config/manager", "config/crd"] {
        owned.extend(built_in(&source(folder)).iter().map(identity));
    }
    assert!(owned.contains(&("Service".to_owned(), "webhook-receiver".to_owned())));
    owned
}

fn identity(object: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&object["kind"]), text(&object["metadata"]["name"]))
}

#[test]
fn nothing_of_fluxs_is_defined_again() {
    let owned = owned();
    for name in ["base", "egress", "with-flux", "multi-tenant", "monitoring"] {
        for object in built(name) {
            let identity = identity(&object);
            assert!(!owned.contains(&identity), "{name}: {identity:?}");
        }
    }
}

#[test]
fn no_selector_of_fluxs_finds_bellpull() {
    for name in super::KUSTOMIZATIONS {
        for object in built(name) {
            let labels = [
                &object["metadata"]["labels"],
                &object["spec"]["template"]["metadata"]["labels"],
            ];
            for labels in labels {
                assert_eq!(labels["app"], Value::Null, "{name}");
                assert_eq!(labels["app.kubernetes.io/part-of"], Value::Null, "{name}");
            }
        }
    }
}

/// A folder as `flux bootstrap` writes it, with patches.
fn flux_system(patches: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    // As `flux install --export` writes them: with a namespace.
    let components: Vec<String> = ["config/manager", "config/crd"]
        .iter()
        .flat_map(|part| built_in(&source(part)))
        .map(|mut object| {
            if object["kind"] != "CustomResourceDefinition" {
                object["metadata"]["namespace"] = "flux-system".into();
            }
            object.to_string()
        })
        .collect();
    write("gotk-components.yaml", &components.join("\n---\n"));
    let mut kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["gotk-components.yaml"],
        "patches": [],
    });
    for patch in patches {
        let file = patch.rsplit('/').next().expect("a name");
        write(file, &super::read(patch));
        let patches = kustomization["patches"].as_array_mut().expect("a list");
        patches.push(json!({"path": file}));
    }
    write("kustomization.yaml", &kustomization.to_string());
    folder
}

#[test]
fn fluxs_service_leads_to_bellpull_once_patched() {
    let folder = flux_system(&["with-flux/flux-system-patch.yaml"]);
    let objects = built_in(folder.path());
    let services: Vec<&Value> = of_kind(&objects, "Service").collect();
    let of = |name: &str| {
        let found = services
            .iter()
            .find(|service| service["metadata"]["name"] == name);
        &found.expect("a Service")["spec"]
    };
    let base = built("with-flux");
    assert_eq!(
        of("webhook-receiver")["selector"],
        deployment(&base)["spec"]["selector"]["matchLabels"]
    );
    let port = &of("webhook-receiver")["ports"][0]["targetPort"];
    let ports = container(&base)["ports"].as_array().expect("ports").iter();
    assert!(ports.into_iter().any(|one| &one["name"] == port), "{port}");
    assert_eq!(
        of("notification-controller")["selector"],
        json!({"app": "notification-controller"}),
        "alerts stay where they were"
    );
}

#[test]
fn fluxs_definition_becomes_bellpulls_once_patched() {
    let folder = flux_system(&["standalone/receiver-crd.yaml"]);
    let objects = built_in(folder.path());
    let of = |objects: &[Value]| {
        let name = "receivers.notification.toolkit.fluxcd.io";
        let mut all = of_kind(objects, "CustomResourceDefinition");
        let receiver = all.find(|object| object["metadata"]["name"] == name);
        receiver.expect("the Receiver's")["spec"].clone()
    };
    assert_eq!(of(&objects), of(&built("standalone")));
}

/// Arguments of notification-controller that are given to Bellpull as they are, when its Deployment
/// is the model.
#[test]
fn fluxs_arguments_are_taken() {
    use clap::Parser as _;
    let objects = built_in(&source("config/manager"));
    let arguments = strings(&container(&objects)["args"]);
    let line = [&["bellpull", "serve"], arguments.as_slice()].concat();
    bellpull::settings::Cli::try_parse_from(line).expect("Flux's arguments");
}
