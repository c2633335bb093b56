//! Bellpull's own definition of the Receiver, and what happens when Flux puts its own back.

use std::sync::OnceLock;

use bellpull_tests::cluster::crds::Crds;
use bellpull_tests::cluster::{ControlPlane, crds, flux, install_role};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{run, said};
use serde_json::{Value, json};

use super::world::{World, condition};

/// Apart from the shared one, whose Receivers are of Flux's own definition.
fn start() -> ControlPlane {
    let plane = ControlPlane::start().expect("a control plane");
    flux::install_flux_crds(&plane).expect("Flux's kinds");
    install_role(&plane);
    let (_, ours, _) = said(&run(&["crds", "receivers"]));
    plane.kubectl().apply(&ours);
    plane
}

const WIDGETS: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: widgets}
rules: [{apiGroups: [example.org], resources: [widgets], verbs: [list, watch, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: widgets}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: widgets}
subjects: [{kind: ServiceAccount, name: bellpull, namespace: flux-system}]
";

fn message(receiver: &Value) -> &str {
    condition(receiver, "Ready").map_or("", |ready| ready.2)
}

#[test]
fn a_kind_is_found_when_its_api_is_installed() {
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    let world = World::of(PLANE.get_or_init(start), "kinds");
    let served = world.bellpull(&["--allow-target", "example.org/Widget"]);
    world.repository("named", "{}");
    world.receiver(
        "app",
        "{type: github, secretRef: {name: token}, resources: [\
         {apiVersion: example.org/v1, kind: Widget, name: '*', matchLabels: {a: b}}, \
         {kind: GitRepository, name: named}]}",
    );
    let receiver = world.until_ready("app");
    let unknown = "the API server knows no Widget of example.org/v1";
    assert!(message(&receiver).contains(unknown), "{receiver}");
    let (status, answer) = world.push(&served, "app", TOKEN);
    assert_eq!((status, &answer["outcome"]), (200, &json!("incomplete")));
    assert!(world.requested_at("named").is_some(), "the other reference");

    world.kubectl.apply(WIDGETS);
    world.until("app", "rid of the warning", |receiver| {
        !message(receiver).contains(unknown) && !message(receiver).contains("forbidden")
    });
    world.apply("apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: w, labels: {a: b}}\n");
    let widget = ["widgets.example.org", "w", "-n", world.namespace.as_str()];
    world
        .kubectl
        .until("asked to reconcile", &widget, |widget| {
            world.push(&served, "app", TOKEN);
            widget["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].is_string()
        });
}

#[test]
fn kinds_of_flux_operator_need_neither_leave_nor_version() {
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    let world = World::of(PLANE.get_or_init(start), "operator");
    let kinds = [
        ("FluxInstance", "fluxinstance"),
        ("ResourceSet", "resourceset"),
        ("ResourceSetInputProvider", "resourcesetinputprovider"),
    ];
    for (kind, singular) in kinds {
        world.kubectl.apply(&format!(
            "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {singular}s.fluxcd.controlplane.io}}
spec:
  group: fluxcd.controlplane.io
  names: {{plural: {singular}s, singular: {singular}, kind: {kind}, listKind: {kind}List}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
"
        ));
        let resource = format!("{singular}s.fluxcd.controlplane.io");
        let defined = ["customresourcedefinitions", resource.as_str()];
        world.kubectl.until_condition("Established", &defined);
        world.apply(&format!(
            "apiVersion: fluxcd.controlplane.io/v1\nkind: {kind}\n\
             metadata: {{name: app, labels: {{team: a}}}}\n"
        ));
    }
    let served = world.bellpull(&[]);
    world.receiver(
        "app",
        "{type: github, secretRef: {name: token}, resources: [\
         {kind: FluxInstance, name: app}, {kind: ResourceSetInputProvider, name: app}, \
         {kind: ResourceSet, name: '*', matchLabels: {team: a}}]}",
    );
    let receiver = world.until_ready("app");
    let warned = message(&receiver).contains(';');
    assert!(!warned, "{receiver}");
    world.until_outcome(&served, "app", "notified");
    for (kind, singular) in kinds {
        let resource = format!("{singular}s.fluxcd.controlplane.io");
        let object = world
            .kubectl
            .get(&[&resource, "app", "-n", &world.namespace]);
        let annotations = &object["metadata"]["annotations"];
        let told = &annotations["reconcile.fluxcd.io/requestedAt"];
        assert!(told.is_string(), "{kind}: {object}");
    }
}

/// Receivers of every kind, and what answers a signed push before and after Flux's own definition
/// has been put back over ours.
const KINDS: &[(&str, &str, &str, u16, &str)] = &[
    ("plain", "", "{type: github", 200, "Succeeded"),
    ("unknown", "", "{type: acme", 503, "ProviderNotLoaded"),
    (
        "config",
        "",
        "{type: github, config: {a: 1}",
        503,
        "FieldsPruned",
    ),
    (
        "carried",
        "bellpull.dev/type: github",
        "{type: generic-hmac",
        200,
        "Succeeded",
    ),
    (
        "weak",
        "bellpull.dev/type: github",
        "{type: generic",
        503,
        "WeakCarrier",
    ),
    (
        "annotated",
        "bellpull.dev/config: '{}'",
        "{type: github",
        200,
        "Succeeded",
    ),
    (
        "oddly",
        "bellpull.dev/config: 'no'",
        "{type: github",
        503,
        "ValidationFailed",
    ),
];

#[test]
fn flux_s_definition_over_live_receivers_opens_nothing() {
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    let plane = PLANE.get_or_init(start);
    let world = World::of(plane, "over");
    world.repository("named", "{}");
    world.repository("matched", "{}");
    let resources = "resources: [{kind: GitRepository, name: named}]";
    for (name, annotation, spec, ..) in KINDS {
        world.apply(&format!(
            "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n\
             metadata: {{name: {name}, annotations: {{{annotation}}}}}\n\
             spec: {spec}, secretRef: {{name: token}}, {resources}}}\n"
        ));
    }
    let match_event = "{type: github, secretRef: {name: token}, resources: [\
         {kind: GitRepository, name: matched, matchEvent: true}]}";
    world.receiver("match-event", match_event);
    let served = world.bellpull(&[]);
    for (name, _, _, status, _) in KINDS.iter().chain(&[("match-event", "", "", 200, "")]) {
        world.until_answered(&served, name, TOKEN, *status);
        world.until(name, "told", |receiver| {
            condition(receiver, "Ready").is_some()
        });
    }

    crds::install(plane, &[Crds::FluxNotification]).expect("Flux's definition");
    world.until("match-event", "rid of the field", |receiver| {
        receiver["spec"]["resources"][0]["matchEvent"].is_null()
    });
    let again = world.bellpull(&[]);
    for served in [&served, &again] {
        for (name, _, _, status, reason) in KINDS {
            world.until_answered(served, name, TOKEN, *status);
            let receiver = world.until(name, reason, |receiver| {
                condition(receiver, "Ready").is_some_and(|ready| ready.1 == *reason)
            });
            let (_, answer) = world.push(served, name, TOKEN);
            assert!(answer["outcome"].is_string(), "{name}: {receiver}");
        }
        world.until_answered(served, "match-event", TOKEN, 503);
        world.until("match-event", "closed by what it lost", |receiver| {
            condition(receiver, "Ready").is_some_and(|ready| ready.1 == "FieldsPruned")
        });
        assert_eq!(
            world.requested_at("matched"),
            None,
            "the event is of another"
        );
    }
}
