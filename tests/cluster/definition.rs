//! Bellpull's definition of the Receiver against Flux's.

use std::collections::BTreeMap;
use std::fs;

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::{ControlPlane, Kubectl};
use bellpull_tests::serve::{run, said};
use serde_json::Value;

const SPEC: &str = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";
const ROOT: &str = "/spec/versions/0/schema/openAPIV3Schema/properties";

/// Where Bellpull's definition differs from Flux's, below [`SPEC`] or [`ROOT`], and why it may.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (SPEC, "/properties/type/enum", "any loaded provider"),
    (SPEC, "/properties/type/minLength", "any loaded provider"),
    (SPEC, "/properties/type/maxLength", "any loaded provider"),
    (SPEC, "/properties/type/pattern", "any loaded provider"),
    (
        SPEC,
        "/properties/resources/items/properties/kind/enum",
        "any kind that is allowed",
    ),
    (
        SPEC,
        "/properties/resources/items/properties/kind/minLength",
        "any kind that is allowed",
    ),
    (
        SPEC,
        "/properties/resources/items/properties/kind/maxLength",
        "any kind that is allowed",
    ),
    (
        SPEC,
        "/properties/resources/items/properties/kind/pattern",
        "any kind that is allowed",
    ),
    (SPEC, "/properties/config", "ours"),
    (
        SPEC,
        "/properties/resources/items/properties/matchEvent",
        "ours",
    ),
    (
        SPEC,
        "/x-kubernetes-validations/0/rule",
        "says the same otherwise",
    ),
    (
        SPEC,
        "/x-kubernetes-validations/1/rule",
        "says the same otherwise",
    ),
    (
        SPEC,
        "/x-kubernetes-validations/2/rule",
        "says the same otherwise",
    ),
    (
        SPEC,
        "/x-kubernetes-validations/3/rule",
        "says the same otherwise",
    ),
    (ROOT, "/apiVersion", "every object has it"),
    (ROOT, "/kind", "every object has it"),
    (ROOT, "/metadata", "every object has it"),
    (
        "",
        "/metadata/annotations/controller-gen.kubebuilder.io~1version",
        "another generator",
    ),
];

fn ours() -> String {
    let (code, stdout, stderr) = said(&run(&["crds", "receivers"]));
    assert_eq!(code, Some(0), "{stderr}");
    stdout
}

fn flux() -> String {
    let files = Crds::FluxNotification.files().expect("Flux's definitions");
    let file = files
        .iter()
        .find(|file| file.to_string_lossy().ends_with("_receivers.yaml"));
    fs::read_to_string(file.expect("the Receiver's")).expect("text")
}

fn parse(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).expect("YAML")
}

/// Every leaf, by its JSON pointer. Descriptions are left out. Numbers
/// are compared by value: `0` equals `0.0`.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    fn walk(value: &Value, at: &str, found: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (name, value) in members {
                    if name != "description" || !value.is_string() {
                        let name = name.replace('~', "~0").replace('/', "~1");
                        walk(value, &format!("{at}/{name}"), found);
                    }
                }
            }
            // Which order these stand in says nothing.
            Value::Array(items) if at.ends_with("/required") => {
                let mut names: Vec<String> = items.iter().map(Value::to_string).collect();
                names.sort();
                found.insert(at.to_owned(), names.join(" "));
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{at}/{index}"), found);
                }
            }
            Value::Number(number) => {
                found.insert(at.to_owned(), format!("{:?}", number.as_f64()));
            }
            other => {
                found.insert(at.to_owned(), other.to_string());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(value, "", &mut found);
    found
}

#[test]
fn it_differs_from_fluxs_only_where_it_must() {
    let (ours, flux) = (leaves(&parse(&ours())), leaves(&parse(&flux())));
    let mut differing: Vec<&String> = ours
        .keys()
        .chain(flux.keys())
        .filter(|at| ours.get(*at) != flux.get(*at))
        .collect();
    differing.sort();
    differing.dedup();
    let expected: Vec<String> = DIFFERENCES
        .iter()
        .map(|(base, below, _)| format!("{base}{below}"))
        .collect();
    let covers = |prefix: &str, at: &str| {
        at.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let unexpected: Vec<String> = differing
        .iter()
        .filter(|at| !expected.iter().any(|prefix| covers(prefix, at)))
        .map(|at| format!("{at}: {:?}, Flux's {:?}", ours.get(*at), flux.get(*at)))
        .collect();
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    let gone: Vec<&String> = expected
        .iter()
        .filter(|prefix| !differing.iter().any(|at| covers(prefix, at)))
        .collect();
    assert!(gone.is_empty(), "no difference any more: {gone:#?}");
}

/// Specs, and whether Flux's definition and Bellpull's take them.
const SPECS: &[(&str, bool, bool)] = &[
    (
        "{type: github, secretRef: {name: t}, resources: []}",
        true,
        true,
    ),
    (
        "{type: github, secretRef: {name: t}, interval: 1h30m, events: [push], suspend: true, \
         resourceFilter: 'true', resources: [{apiVersion: v1, kind: Bucket, name: '*', \
         namespace: other, matchLabels: {a: b}, filter: 'true'}]}",
        true,
        true,
    ),
    (
        "{type: generic-oidc, resources: [], oidcProviders: [{issuerURL: 'https://a', \
         variables: [{name: a, expression: 'true'}], \
         validations: [{expression: 'true', message: m}]}]}",
        true,
        true,
    ),
    ("{type: github, resources: []}", false, false),
    (
        "{type: github, secretRef: null, resources: []}",
        false,
        false,
    ),
    ("{type: github, secretRef: {}, resources: []}", false, false),
    ("{type: github, secretRef: {name: t}}", false, false),
    ("{secretRef: {name: t}, resources: []}", false, false),
    (
        "{type: github, secretRef: {name: t}, resources: [], interval: soon}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [{kind: Bucket, name: ''}]}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [{kind: Bucket}]}",
        false,
        false,
    ),
    ("{type: generic-oidc, resources: []}", false, false),
    (
        "{type: generic-oidc, resources: [], oidcProviders: []}",
        false,
        false,
    ),
    (
        "{type: generic-oidc, resources: [], secretRef: {name: t}, oidcProviders: [{issuerURL: \
         'https://a', validations: [{expression: 'true', message: m}]}]}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [], oidcProviders: [{issuerURL: \
         'https://a', validations: [{expression: 'true', message: m}]}]}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [], oidcProviders: []}",
        true,
        true,
    ),
    (
        "{type: generic-oidc, resources: [], oidcProviders: [{issuerURL: 'https://a'}]}",
        false,
        false,
    ),
    (
        "{type: generic-oidc, resources: [], oidcProviders: [{issuerURL: 'https://a', \
         validations: []}]}",
        false,
        false,
    ),
    (
        "{type: generic-oidc, resources: [], oidcProviders: [{issuerURL: 'ftp://a', \
         validations: [{expression: 'true', message: m}]}]}",
        false,
        false,
    ),
    (
        "{type: generic-oidc, resources: [], oidcProviders: [\
         {issuerURL: 'https://a', validations: [{expression: 'true', message: m}]}, \
         {issuerURL: 'https://a', validations: [{expression: 'true', message: m}]}]}",
        false,
        false,
    ),
    (
        "{type: acme-ci, secretRef: {name: t}, resources: [], config: {any: [1, {thing: true}]}}",
        false,
        true,
    ),
    (
        "{type: github, secretRef: {name: t}, \
         resources: [{apiVersion: apps/v1, kind: Deployment, name: app, matchEvent: true}]}",
        false,
        true,
    ),
    (
        "{type: Acme, secretRef: {name: t}, resources: []}",
        false,
        false,
    ),
    (
        "{type: '', secretRef: {name: t}, resources: []}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [{kind: a/b, name: app}]}",
        false,
        false,
    ),
    (
        "{type: github, secretRef: {name: t}, resources: [], unknown: 1}",
        false,
        false,
    ),
];

fn receiver(namespace: &str, name: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: notification.toolkit.fluxcd.io/v1, kind: Receiver, \
         metadata: {{name: {name}, namespace: {namespace}}}, spec: {spec}}}"
    )
}

/// Whether the API server takes it, and the sentences of its refusal.
fn verdict(kubectl: &Kubectl, object: &str) -> (bool, String) {
    let create = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
    let output = kubectl.feed(&create, object);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

fn check(kubectl: &Kubectl, namespace: &str, whose: &str, taken: fn(&(&str, bool, bool)) -> bool) {
    for row in SPECS {
        let (got, said) = verdict(kubectl, &receiver(namespace, "app", row.0));
        assert_eq!(got, taken(row), "{whose}: {}\n{said}", row.0);
    }
}

#[test]
fn it_takes_what_fluxs_takes_and_what_flux_has_stored() {
    let plane = ControlPlane::start().expect("a control plane");
    let kubectl = plane.kubectl();
    crds::install(&plane, &[Crds::FluxNotification]).expect("Flux's definitions");
    let namespace = plane.namespace("definition");
    check(&kubectl, &namespace, "Flux's", |row| row.1);
    // Flux's definition asks for no spec at all.
    let all = SPECS.iter().filter(|row| row.1).map(|row| row.0);
    for (index, spec) in all.enumerate() {
        kubectl.apply(&receiver(&namespace, &format!("stored-{index}"), spec));
    }
    kubectl.apply(&format!(
        "{{apiVersion: notification.toolkit.fluxcd.io/v1, kind: Receiver, \
         metadata: {{name: stored-without-spec, namespace: {namespace}}}}}"
    ));
    let stored = ["receivers.notification", "--namespace", &namespace];
    let before = specs(&kubectl.get(&stored));

    kubectl.apply(&ours());
    kubectl.until("in force", &["crd", NAME], |crd| {
        let conditions = crd["status"]["conditions"].as_array();
        conditions.is_some_and(|all| all.iter().all(|one| one["status"] != "False"))
    });
    // The API server changes over behind what it has answered.
    let new = receiver(
        &namespace,
        "app",
        "{type: acme, secretRef: {name: t}, resources: []}",
    );
    kubectl.until("served", &["namespace", &namespace], |_| {
        verdict(&kubectl, &new).0
    });
    check(&kubectl, &namespace, "ours", |row| row.2);

    let after = kubectl.get(&stored);
    assert_eq!(specs(&after), before);
    for receiver in after["items"].as_array().expect("Receivers") {
        let name = receiver["metadata"]["name"].as_str().expect("a name");
        assert_eq!(receiver["status"]["observedGeneration"], -1, "{name}");
        let patch =
            r#"{"metadata": {"annotations": {"a": "b"}}, "status": {"webhookPath": "/hook/0"}}"#;
        let patch = ["--type=merge", "--namespace", &namespace, "--patch", patch];
        let patched = ["patch", "receivers.notification", name];
        kubectl.ok(&[&patched, patch.as_slice()].concat());
        kubectl.ok(&[&patched, ["--subresource=status"].as_slice(), &patch].concat());
    }
    let table = kubectl.ok(&["get", "receivers", "--namespace", &namespace]);
    let header = table.lines().next().unwrap_or_default();
    let columns: Vec<&str> = header.split_whitespace().collect();
    assert_eq!(columns, ["NAME", "AGE", "READY", "STATUS"]);
    let explained = kubectl.ok(&["explain", "receiver.spec.resources.matchEvent"]);
    assert!(explained.contains("the event is about"), "{explained}");
}

const NAME: &str = "receivers.notification.toolkit.fluxcd.io";

fn specs(list: &Value) -> Vec<Value> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|item| item["spec"].clone()).collect()
}

/// notification-controller 1.9.0 dropped `v1beta2`, which it had stored before there was a `v1`.
#[test]
fn it_is_refused_where_objects_are_stored_in_a_version_that_flux_has_dropped() {
    let plane = ControlPlane::start().expect("a control plane");
    let kubectl = plane.kubectl();
    let mut old = parse(&flux());
    let mut version = old["spec"]["versions"][0].take();
    version["name"] = "v1beta2".into();
    old["spec"]["versions"] = Value::Array(vec![version]);
    kubectl.apply(&old.to_string());
    let apply = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
    for definition in [ours(), flux()] {
        let output = kubectl.feed(&apply, &definition);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains("status.storedVersions[0]"),
            "{said}"
        );
    }
}
