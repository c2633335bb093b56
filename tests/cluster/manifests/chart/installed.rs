//! Releases in a cluster. There is neither a scheduler nor a controller, so that no release is waited for.

use std::fs;

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::{ControlPlane, Helm, Kubectl};
use serde_json::{Value, json};

use super::super::applied::{apply, may, plane, ready, receiver, serve};
use super::{RELEASE, arguments, chart, files, rendered};

const RECEIVER: &str = "receivers.notification.toolkit.fluxcd.io";
const RECEIVER_PLUGIN: &str = "receiverplugins.bellpull.dev";
/// The notes beside no Flux.
const NOTHING_IS_SERVED: &str = "THE CLUSTER HAS NO DEFINITION OF THE RECEIVER";
/// A right that holds in the whole cluster, or in none.
const SECRETS: &str = "{verb: list, resource: secrets, namespace: team-c}";

/// A cluster with Flux's sources and without notification-controller.
fn without_receivers() -> ControlPlane {
    let plane = ControlPlane::start().expect("a control plane");
    crds::install(&plane, &[Crds::FluxSource]).expect("kinds of Flux");
    for tenant in ["team-a", "team-c"] {
        plane.kubectl().ok(&["create", "namespace", tenant]);
    }
    plane
}

fn definition(kubectl: &Kubectl, name: &str) -> Value {
    kubectl.get(&["crd", name])
}

/// What there is of a release beside the definitions.
fn objects(kubectl: &Kubectl) -> String {
    let kinds = "deployment,service,serviceaccount,poddisruptionbudget,networkpolicy,role,rolebinding,\
                 clusterrole,clusterrolebinding";
    let selector = "app.kubernetes.io/instance=bellpull";
    kubectl.ok(&["get", kinds, "-A", "-o", "name", "-l", selector])
}

fn replicas(kubectl: &Kubectl) -> Value {
    kubectl.get(&["deployment", "bellpull", "-n", "flux-system"])["spec"]["replicas"].clone()
}

#[test]
fn a_release_serves_is_changed_taken_back_and_removed() {
    let plane = without_receivers();
    let (kubectl, helm) = (plane.kubectl(), Helm::of(&plane).expect("Helm"));
    let chart = chart();
    let of = |command| arguments(command, RELEASE, &chart);
    let standalone = json!({"mode": "standalone"});
    let said = helm.ok(&of("install"), &standalone);
    assert!(
        said.contains("rollout status deployment/bellpull"),
        "{said}"
    );
    kubectl.until_condition("Established", &["crd", RECEIVER]);
    let served = serve(&plane, &rendered(RELEASE, &standalone));
    receiver(&kubectl, "team-c", "[{kind: GitRepository, name: a}]");
    ready(&kubectl, "team-c");
    let log = served.stderr();
    assert!(!log.to_lowercase().contains("forbidden"), "{log}");
    drop(served);

    let tenants = json!({"mode": "standalone", "replicaCount": 3, "tenants": ["team-a"]});
    helm.ok(&of("upgrade"), &tenants);
    assert_eq!(replicas(&kubectl), 3);
    assert!(!may(&kubectl, SECRETS));
    helm.ok(&["rollback", RELEASE, "1", "-n", "flux-system"], &json!({}));
    assert_eq!(replicas(&kubectl), 2);
    assert!(may(&kubectl, SECRETS));

    helm.ok(&["uninstall", RELEASE, "-n", "flux-system"], &json!({}));
    assert_eq!(objects(&kubectl), "");
    for name in [RECEIVER, RECEIVER_PLUGIN] {
        let metadata = &definition(&kubectl, name)["metadata"];
        assert_eq!(metadata["deletionTimestamp"], Value::Null, "{name}");
    }
    ready(&kubectl, "team-c");
    // What stayed is its own.
    helm.ok(&of("install"), &standalone);
    // And nobody else's, unless it is told to.
    helm.ok(&["uninstall", RELEASE, "-n", "flux-system"], &json!({}));
    let another = arguments("install", "bellpull-2", &chart);
    let said = helm.refused(&another, &standalone);
    assert!(said.contains(RECEIVER_PLUGIN), "{said}");
    helm.ok(
        &[another.as_slice(), &["--take-ownership"]].concat(),
        &standalone,
    );
}

#[test]
fn a_definition_of_fluxs_stays_fluxs() {
    let plane = plane();
    let (kubectl, helm) = (plane.kubectl(), Helm::of(&plane).expect("Helm"));
    let chart = chart();
    let before = definition(&kubectl, RECEIVER);
    let said = helm.refused(
        &arguments("install", RELEASE, &chart),
        &json!({"mode": "standalone"}),
    );
    assert!(said.contains(RECEIVER), "{said}");
    assert_eq!(objects(&kubectl), "");
    let said = helm.ok(&arguments("install", RELEASE, &chart), &json!({}));
    assert!(!said.contains(NOTHING_IS_SERVED), "{said}");
    let after = definition(&kubectl, RECEIVER);
    assert_eq!(
        after["metadata"]["resourceVersion"],
        before["metadata"]["resourceVersion"]
    );
}

/// The chart as a version before may have had it: without `spec.suspend` of the ReceiverPlugin, and without the value
/// `priorityClassName`.
fn earlier_chart() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in files() {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        fs::write(to, text).expect("written");
    }
    let file = folder
        .path()
        .join("manifests/base/receiver-plugin-crd.yaml");
    let text = fs::read_to_string(&file).expect("the definition");
    let mut definition: Value = serde_saphyr::from_str(&text).expect("YAML");
    let spec = properties(&mut definition)["spec"]["properties"].as_object_mut();
    assert!(spec.expect("fields").remove("suspend").is_some());
    fs::write(&file, definition.to_string()).expect("written");
    for (name, value) in [
        ("values.yaml", "priorityClassName: \"\"\n"),
        ("values.schema.json", "\"priorityClassName\", "),
        (
            "values.schema.json",
            "\"priorityClassName\": {\"type\": \"string\"},",
        ),
    ] {
        let file = folder.path().join(name);
        let text = fs::read_to_string(&file).expect("a file");
        assert!(text.contains(value), "{name}");
        fs::write(&file, text.replacen(value, "", 1)).expect("written");
    }
    folder
}

fn properties(definition: &mut Value) -> &mut Value {
    &mut definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
}

#[test]
fn definitions_follow_an_upgrade_and_a_rollback() {
    let plane = ControlPlane::start().expect("a control plane");
    let (kubectl, helm) = (plane.kubectl(), Helm::of(&plane).expect("Helm"));
    let earlier = earlier_chart();
    let earlier = earlier.path().to_str().expect("a path in UTF-8");
    let knows_suspend = || {
        let mut definition = definition(&kubectl, RECEIVER_PLUGIN);
        properties(&mut definition)["spec"]["properties"]["suspend"].is_object()
    };
    let said = helm.ok(&arguments("install", RELEASE, earlier), &json!({}));
    assert!(said.contains(NOTHING_IS_SERVED), "{said}");
    assert!(!knows_suspend());
    helm.ok(&arguments("upgrade", RELEASE, &chart()), &json!({}));
    assert!(knows_suspend());
    helm.ok(&["rollback", RELEASE, "-n", "flux-system"], &json!({}));
    assert!(!knows_suspend());
    // Somebody else applies them: they stay as they are.
    let elsewhere = json!({"crds": {"receiverPlugin": false}});
    helm.ok(&arguments("upgrade", RELEASE, &chart()), &elsewhere);
    assert!(!knows_suspend());
}

#[test]
fn values_of_an_earlier_chart_are_no_whole_values_of_a_newer_one() {
    let plane = ControlPlane::start().expect("a control plane");
    let helm = Helm::of(&plane).expect("Helm");
    let (earlier, chart) = (earlier_chart(), chart());
    let earlier = earlier.path().to_str().expect("a path in UTF-8");
    helm.ok(
        &arguments("install", RELEASE, earlier),
        &json!({"replicaCount": 3}),
    );
    let upgrade = arguments("upgrade", RELEASE, &chart);
    let reusing = [upgrade.as_slice(), &["--reuse-values"]].concat();
    let said = helm.refused(&reusing, &json!({}));
    assert!(
        said.contains("missing property 'priorityClassName'"),
        "{said}"
    );
    let resetting = [upgrade.as_slice(), &["--reset-then-reuse-values"]].concat();
    helm.ok(&resetting, &json!({}));
    assert_eq!(replicas(&plane.kubectl()), 3);
}

#[test]
fn an_installation_of_the_kustomizations_becomes_a_release() {
    let plane = plane();
    let (kubectl, helm) = (plane.kubectl(), Helm::of(&plane).expect("Helm"));
    let chart = chart();
    apply(&kubectl, "with-flux", &[]);
    let install = arguments("install", RELEASE, &chart);
    let said = helm.refused(&install, &json!({}));
    assert!(said.contains("invalid ownership metadata"), "{said}");
    // The steps of the chart's page. Selectors of a Deployment never change.
    kubectl.ok(&["delete", "deployment", "bellpull", "-n", "flux-system"]);
    let taking = ["--take-ownership", "--force-conflicts"];
    helm.ok(&[install.as_slice(), &taking].concat(), &json!({}));
    assert_eq!(replicas(&kubectl), 2);
    helm.ok(&["uninstall", RELEASE, "-n", "flux-system"], &json!({}));
    assert_eq!(objects(&kubectl), "");
    definition(&kubectl, RECEIVER_PLUGIN);
}
