//! The chart renders what the kustomizations build, and every difference has a name here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::{KUSTOMIZATIONS, built};
use super::{RELEASE, rendered};

/// Kustomizations, and the values that stand for them together.
struct Pair {
    kustomizations: &'static [&'static str],
    values: Value,
    /// What is another way in the chart: kind and name of an object of the kustomizations, and the JSON patch
    /// (RFC 6902) that makes it the chart's. `null`: the chart has none.
    differences: Vec<(&'static str, &'static str, Value)>,
}

impl Pair {
    fn of(kustomizations: &'static [&'static str], values: Value) -> Self {
        Self {
            kustomizations,
            values,
            differences: Vec::new(),
        }
    }

    fn but(mut self, kind: &'static str, name: &'static str, patch: Value) -> Self {
        self.differences.push((kind, name, patch));
        self
    }
}

/// The chart has one Service for both: that of the base becomes the load balancer.
fn load_balancer(kustomizations: &'static [&'static str], values: Value, scheme: &str) -> Pair {
    let patch = json!([
        {"op": "replace", "path": "/metadata/name", "value": "bellpull"},
        {"op": "add", "path": "/spec/ports/0/appProtocol", "value": scheme},
    ]);
    Pair::of(kustomizations, values)
        .but("Service", "bellpull", Value::Null)
        .but("Service", "bellpull-webhooks", patch)
}

fn workloads() -> [Pair; 7] {
    let tls = json!({"secretName": "webhook-receiver-tls"});
    let switched_on = json!({"enabled": true});
    [
        Pair::of(&["base"], json!({})),
        Pair::of(&["with-flux"], json!({"mode": "with-flux"})),
        Pair::of(&["standalone"], json!({"mode": "standalone"})),
        Pair::of(&["multi-tenant"], json!({"tenants": ["team-a", "team-b"]})),
        Pair::of(&["tls"], json!({"tls": tls})),
        Pair::of(
            &["base", "egress", "operators"],
            json!({"egress": switched_on, "operators": switched_on}),
        ),
        Pair::of(
            &["base", "monitoring"],
            json!({"monitoring": {
                "serviceMonitor": switched_on, "rules": switched_on, "dashboard": switched_on,
            }}),
        ),
    ]
}

fn behind_proxies() -> [Pair; 3] {
    let tls = json!({"secretName": "webhook-receiver-tls"});
    let certificate = json!([{
        "hosts": ["webhooks.example.com"], "secretName": "webhook-receiver-tls",
    }]);
    // An installation of Flux has a Service `webhook-receiver`. The chart leads to its own.
    let own = |backend: &str| {
        json!([
            {"op": "replace", "path": "/metadata/name", "value": "bellpull"},
            {"op": "replace", "path": backend, "value": "bellpull"},
        ])
    };
    [
        Pair::of(
            &["base", "exposure/ingress"],
            json!({"ingress": {
                "enabled": true,
                "className": "nginx",
                "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"},
                "hosts": ["webhooks.example.com"],
                "tls": certificate,
                "acmeSolver": true,
            }}),
        )
        .but(
            "Ingress",
            "webhook-receiver",
            own("/spec/rules/0/http/paths/0/backend/service/name"),
        ),
        Pair::of(
            &["tls", "exposure/ingress-passthrough"],
            json!({"tls": tls, "ingress": {
                "enabled": true,
                "className": "nginx",
                "annotations": {
                    "nginx.ingress.kubernetes.io/ssl-passthrough": "true",
                    "cert-manager.io/cluster-issuer": "letsencrypt-dns",
                },
                "hosts": ["webhooks.example.com"],
                "path": "/",
                "tls": certificate,
            }}),
        ),
        Pair::of(
            &["base", "exposure/gateway"],
            json!({"httpRoute": {
                "enabled": true,
                "parentRefs": [{"name": "public", "namespace": "gateways", "sectionName": "https"}],
                "hostnames": ["webhooks.example.com"],
            }}),
        )
        .but(
            "HTTPRoute",
            "webhook-receiver",
            own("/spec/rules/0/backendRefs/0/name"),
        ),
    ]
}

fn balanced() -> [Pair; 2] {
    let service = json!({"type": "LoadBalancer"});
    let tls = json!({"secretName": "webhook-receiver-tls"});
    [
        load_balancer(
            &["base", "exposure/load-balancer"],
            json!({"service": service}),
            "http",
        ),
        load_balancer(
            &["tls", "exposure/load-balancer-tls"],
            json!({"tls": tls, "service": service}),
            "https",
        ),
    ]
}

fn pairs() -> impl Iterator<Item = Pair> {
    let all = workloads().into_iter().chain(behind_proxies());
    all.chain(balanced())
}

/// Kind, namespace and name.
type Identity = [String; 3];

fn identity(object: &Value) -> Identity {
    let metadata = &object["metadata"];
    [&object["kind"], &metadata["namespace"], &metadata["name"]]
        .map(|part| part.as_str().unwrap_or_default().to_owned())
}

fn by_identity(objects: Vec<Value>) -> BTreeMap<Identity, Value> {
    let all: Vec<_> = objects.into_iter().map(|it| (identity(&it), it)).collect();
    let count = all.len();
    let map: BTreeMap<_, _> = all.into_iter().collect();
    assert_eq!(map.len(), count, "an object is there twice");
    map
}

/// What the kustomizations build, with the differences that have a name.
fn expected(pair: &Pair) -> BTreeMap<Identity, Value> {
    let mut objects: Vec<Value> = pair
        .kustomizations
        .iter()
        .copied()
        .flat_map(built)
        .collect();
    for (kind, name, patch) in &pair.differences {
        let is_it = |object: &Value| object["kind"] == *kind && object["metadata"]["name"] == *name;
        let at = objects.iter().position(is_it);
        let at = at.unwrap_or_else(|| panic!("{:?}: no {kind} {name}", pair.kustomizations));
        let mut object = objects.swap_remove(at);
        if !patch.is_null() {
            let patch: json_patch::Patch = serde_json::from_value(patch.clone()).expect("a patch");
            json_patch::patch(&mut object, &patch).expect("patched");
            objects.push(object);
        }
    }
    by_identity(objects)
}

/// Takes from an object what every object of a release has and none of the kustomizations: the name of the release
/// in selectors and among the labels of pods, and the mark of what Helm keeps.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("app.kubernetes.io/instance");
            fields.remove("helm.sh/resource-policy");
            fields.values_mut().for_each(strip);
            // That of the definition of the ReceiverPlugin has no other.
            fields.retain(|name, value| name != "annotations" || *value != json!({}));
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Takes the labels of an object as such.
fn labels(object: &mut Value) -> BTreeMap<String, String> {
    let metadata = object["metadata"].as_object_mut().expect("metadata");
    let labels = metadata.remove("labels").unwrap_or(json!({}));
    serde_json::from_value(labels).expect("labels")
}

fn names<'a>(objects: impl IntoIterator<Item = &'a Identity>) -> BTreeSet<String> {
    let join = |identity: &Identity| identity.join(" ");
    objects.into_iter().map(join).collect()
}

#[test]
fn the_chart_renders_what_the_kustomizations_build() {
    for pair in pairs() {
        let what = pair.kustomizations;
        let mut expected = expected(&pair);
        let mut found = by_identity(rendered(RELEASE, &pair.values));
        assert_eq!(names(found.keys()), names(expected.keys()), "{what:?}");
        for (identity, found) in &mut found {
            let expected = expected.get_mut(identity).expect("the same names");
            let ours = labels(found);
            // Those of Helm are more.
            for (name, value) in labels(expected) {
                assert_eq!(ours.get(&name), Some(&value), "{what:?}: {identity:?}");
            }
            strip(found);
            assert_eq!(found, expected, "{what:?}: {identity:?}");
        }
    }
}

#[test]
fn every_kustomization_is_compared() {
    let compared: BTreeSet<&str> = pairs()
        .flat_map(|pair| pair.kustomizations)
        .copied()
        .collect();
    let all: BTreeSet<&str> = KUSTOMIZATIONS.into();
    // Receivers are an example, and nobody's release.
    let left: Vec<&&str> = all.difference(&compared).collect();
    assert_eq!(left, [&"receivers"]);
}
