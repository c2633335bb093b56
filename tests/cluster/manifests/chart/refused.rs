//! Values that the chart does not have, or not of this kind.

use super::{RELEASE, arguments, chart, offline, values};

/// Values as somebody writes them, and what the refusal says of the one that is wrong.
const REFUSED: &[(&str, &str)] = &[
    ("replicas: 3", "additional properties 'replicas'"),
    ("image: {name: a}", "'/image': additional properties 'name'"),
    ("replicaCount: two", "'/replicaCount': got string"),
    ("replicaCount: -1", "'/replicaCount': minimum"),
    ("replicaCount: null", "missing property 'replicaCount'"),
    ("mode: flux", "'/mode': value must be one of"),
    ("logLevel: verbose", "'/logLevel': value must be one of"),
    // As YAML reads it without quotes.
    ("image: {tag: 0.1}", "'/image/tag': got number"),
    (
        "image: {digest: abc}",
        "'/image/digest': 'abc' does not match",
    ),
    ("imagePullSecrets: [a]", "'/imagePullSecrets/0': got string"),
    ("extraArgs: --max-body=1MiB", "'/extraArgs': got string"),
    ("extraArgs: [max-body=1MiB]", "'/extraArgs/0'"),
    (
        "extraEnv: [{value: a}]",
        "'/extraEnv/0': missing property 'name'",
    ),
    ("extraVolumeMounts: [{name: a}]", "'/extraVolumeMounts/0'"),
    (
        "resources: {limit: {}}",
        "'/resources': additional properties 'limit'",
    ),
    (
        "terminationGracePeriodSeconds: 0",
        "'/terminationGracePeriodSeconds'",
    ),
    (
        "podLabels: {app.kubernetes.io/name: a}",
        "'/podLabels/app.kubernetes.io~1name'",
    ),
    (
        "podAnnotations: {a: true}",
        "'/podAnnotations/a': got boolean",
    ),
    ("fullnameOverride: A b", "'/fullnameOverride'"),
    // The account that pods have otherwise is granted nothing.
    ("serviceAccount: {create: false}", "'/serviceAccount/name'"),
    ("tenants: [Team A]", "'/tenants/0'"),
    ("tenants: [a, a]", "'/tenants': items at 0 and 1 are equal"),
    ("service: {type: ExternalName}", "'/service/type'"),
    ("service: {port: 65536}", "'/service/port'"),
    ("ingress: {enabled: true}", "'/ingress/hosts': minItems"),
    (
        "ingress: {hosts: [{host: a}]}",
        "'/ingress/hosts/0': got object",
    ),
    ("ingress: {path: hook/}", "'/ingress/path'"),
    (
        "httpRoute: {enabled: true}",
        "'/httpRoute/parentRefs': minItems",
    ),
    ("crds: {receiver: install}", "'/crds/receiver': got string"),
    (
        "monitoring: {podMonitor: {}}",
        "additional properties 'podMonitor'",
    ),
    (
        "monitoring: {rules: true}",
        "'/monitoring/rules': got boolean",
    ),
];

#[test]
fn a_wrong_value_is_refused_by_its_name() {
    for (text, named) in REFUSED {
        let said = offline().refused(&arguments("template", RELEASE, &chart()), &values(text));
        assert!(said.contains(named), "{text}: {said}");
    }
}
