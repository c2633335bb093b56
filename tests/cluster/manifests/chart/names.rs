//! Objects of a release of any name lead to each other, and to no other release's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{container, deployment, of_kind, written};
use super::rendered;

/// Values with every object that the chart has.
fn everything() -> Value {
    let switched_on = json!({"enabled": true});
    json!({
        "mode": "standalone",
        "operators": switched_on,
        "egress": switched_on,
        "ingress": {"enabled": true, "hosts": ["webhooks.example.com"], "acmeSolver": true},
        "httpRoute": {"enabled": true, "parentRefs": [{"name": "public"}]},
        "monitoring": {
            "serviceMonitor": switched_on, "rules": switched_on, "dashboard": switched_on,
        },
    })
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().expect("a name")
}

fn names(objects: &[Value]) -> BTreeSet<String> {
    let kind = |object: &Value| object["kind"].as_str().expect("a kind").to_owned();
    let identity = |object: &Value| format!("{} {}", kind(object), name(object));
    objects.iter().map(identity).collect()
}

#[test]
fn two_releases_share_only_what_a_cluster_or_a_namespace_has_once() {
    let [one, other] = ["one", "other"].map(|release| rendered(release, &everything()));
    let (one, other) = (names(&one), names(&other));
    let shared: Vec<&String> = one.intersection(&other).collect();
    assert_eq!(
        shared,
        [
            "CustomResourceDefinition receiverplugins.bellpull.dev",
            "CustomResourceDefinition receivers.notification.toolkit.fluxcd.io",
            "NetworkPolicy acme-http-solver",
            "Service webhook-receiver",
        ]
    );
}

#[test]
fn names_are_short_enough_for_services() {
    // The longest name that Helm allows.
    let release = "r".repeat(53);
    let objects = rendered(&release, &everything());
    for service in of_kind(&objects, "Service") {
        assert!(name(service).len() <= 63, "{}", name(service));
    }
}

#[test]
fn no_selector_finds_the_pods_of_another_release() {
    let objects = rendered("one", &everything());
    let release = json!("one");
    let instance = |selector: &Value| selector["app.kubernetes.io/instance"] == release;
    for service in of_kind(&objects, "Service") {
        assert!(instance(&service["spec"]["selector"]), "{service}");
    }
    for kind in ["Deployment", "PodDisruptionBudget", "ServiceMonitor"] {
        let object = of_kind(&objects, kind).next().expect(kind);
        assert!(
            instance(&object["spec"]["selector"]["matchLabels"]),
            "{kind}"
        );
    }
    let policies = of_kind(&objects, "NetworkPolicy");
    for policy in policies.filter(|policy| name(policy) != "acme-http-solver") {
        let selector = &policy["spec"]["podSelector"]["matchLabels"];
        assert!(instance(selector), "{policy}");
    }
    let pod = &deployment(&objects)["spec"]["template"];
    assert!(instance(&pod["metadata"]["labels"]));
    for spread in pod["spec"]["topologySpreadConstraints"]
        .as_array()
        .expect("constraints")
    {
        assert!(instance(&spread["labelSelector"]["matchLabels"]));
    }
}

#[test]
fn rights_are_those_of_the_account_of_the_pods() {
    for (values, account) in [
        (json!({}), "one-bellpull"),
        (json!({"serviceAccount": {"name": "hooks"}}), "hooks"),
        (
            json!({"serviceAccount": {"create": false, "name": "there"}}),
            "there",
        ),
        (json!({"fullnameOverride": "rings"}), "rings"),
    ] {
        let objects = rendered("one", &values);
        let pod = &deployment(&objects)["spec"]["template"]["spec"];
        assert_eq!(pod["serviceAccountName"], account, "{values}");
        let made: Vec<&str> = of_kind(&objects, "ServiceAccount").map(name).collect();
        let is_made = values["serviceAccount"]["create"] != false;
        assert_eq!(made.contains(&account), is_made, "{values}");
        let bindings: Vec<&Value> = of_kind(&objects, "ClusterRoleBinding")
            .chain(of_kind(&objects, "RoleBinding"))
            .collect();
        assert_eq!(bindings.len(), 2, "{values}");
        for binding in bindings {
            assert_eq!(binding["subjects"][0]["name"], account, "{values}");
            let role = &binding["roleRef"];
            let mut roles = of_kind(&objects, role["kind"].as_str().expect("a kind"));
            assert!(roles.any(|found| role["name"] == name(found)), "{role}");
        }
    }
}

#[test]
fn a_release_may_write_the_lease_that_it_asks_for() {
    for release in ["bellpull", "one"] {
        let objects = rendered(release, &json!({}));
        let lease = written::serve(container(&objects))
            .cluster
            .leader_election_id;
        let roles = of_kind(&objects, "Role");
        let rules = roles.flat_map(|role| role["rules"].as_array().expect("rules"));
        let granted: Vec<&Value> = rules
            .filter(|rule| rule["resources"] == json!(["leases"]))
            .flat_map(|rule| rule["resourceNames"].as_array().into_iter().flatten())
            .collect();
        assert_eq!(granted, [&json!(lease)], "{release}");
    }
}
