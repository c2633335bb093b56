//! What an API server, the binary and Helm make of values.

use serde_json::json;

use super::super::applied::plane;
use super::super::{container, deployment, strings, written};
use super::{RELEASE, chart, documents, offline, rendered, values};

/// Values files that together use every value.
const ACCEPTED: &[&str] = &[
    "{}",
    // Pods.
    r#"
image:
  repository: registry.example.com:5000/bellpull
  digest: sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
  pullPolicy: Always
imagePullSecrets: [{name: registry}]
replicaCount: 0
logLevel: debug
extraArgs: [--log-format=text, --max-body=1MiB, --flux-status-codes]
extraEnv:
  - {name: BELLPULL_OTLP_ENDPOINT, value: "http://collector:4318"}
  - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
extraVolumes: [{name: policy, configMap: {name: plugin-policy}}]
extraVolumeMounts: [{name: policy, mountPath: /policy, readOnly: true}]
resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}
terminationGracePeriodSeconds: 65
podAnnotations: {example.com/team: platform}
podLabels: {example.com/team: platform}
priorityClassName: system-cluster-critical
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{key: dedicated, operator: Exists}]
affinity: {nodeAffinity: {}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: DoNotSchedule
    labelSelector: {matchLabels: {app.kubernetes.io/name: bellpull}}
"#,
    // Everything that may stand around them.
    r#"
mode: standalone
fullnameOverride: rings
serviceAccount: {name: hooks, annotations: {example.com/role: a}}
operators: {enabled: true}
tls: {secretName: certificate}
service:
  type: LoadBalancer
  port: 8443
  annotations: {example.com/scheme: internal}
  externalTrafficPolicy: Cluster
  loadBalancerClass: example.com/balancer
ingress:
  enabled: true
  className: nginx
  annotations: {cert-manager.io/cluster-issuer: letsencrypt}
  hosts: [one.example.com, "*.example.org"]
  path: /
  tls: [{secretName: one, hosts: [one.example.com]}]
  acmeSolver: true
httpRoute:
  enabled: true
  annotations: {example.com/a: b}
  parentRefs: [{name: public, namespace: gateways}]
  hostnames: [webhooks.example.com]
egress: {enabled: true, extraRules: [{ports: [{port: 4318}]}]}
monitoring:
  serviceMonitor: {enabled: true, labels: {release: prometheus}}
  rules: {enabled: true, labels: {release: prometheus}}
  dashboard: {enabled: true, annotations: {folder: GitOps}}
"#,
    // As little as can be, for tenants.
    r#"
crds: {receiver: false, receiverPlugin: false}
rbac: {create: false}
serviceAccount: {create: false, name: there}
networkPolicy: {enabled: false}
podDisruptionBudget: {enabled: false}
service: {type: NodePort}
resources: {limits: null}
tenants: [team-a, team-b]
global: {somebody: else's}
"#,
    "tenants: [team-a]",
];

/// As an API server does it that refuses unknown and repeated fields.
const STRICTLY: [&str; 7] = [
    "apply",
    "--server-side",
    "--force-conflicts",
    "--dry-run=server",
    "--validate=strict",
    "--filename",
    "-",
];

#[test]
fn the_chart_passes_helms_lint() {
    offline().ok(&["lint", "--strict", &chart()], &json!({}));
}

#[test]
fn an_api_server_takes_what_is_rendered_and_the_binary_its_arguments() {
    let plane = plane();
    for text in ACCEPTED {
        let values = values(text);
        let output = plane
            .kubectl()
            .feed(&STRICTLY, &documents(RELEASE, &values));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}: {said}");
        written::serve(container(&rendered(RELEASE, &values)));
    }
    let typo = values("extraVolumeMounts: [{name: a, mountPath: /a, readonly: true}]");
    let output = plane.kubectl().feed(&STRICTLY, &documents(RELEASE, &typo));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("readonly"),
        "{said}"
    );
}

#[test]
fn every_value_is_tried() {
    let all = values(&super::super::read("chart/values.yaml"));
    let all = all.as_object().expect("values");
    let tried: Vec<_> = ACCEPTED.iter().map(|text| values(text)).collect();
    for name in all.keys() {
        assert!(tried.iter().any(|some| !some[name].is_null()), "{name}");
    }
}

#[test]
fn the_values_of_the_page_are_the_charts() {
    let page = super::super::read("chart/README.md");
    let (_, block) = page.split_once("# values.yaml\n").expect("values");
    let (block, _) = block.split_once("```").expect("their end");
    written::serve(container(&rendered(RELEASE, &values(block))));
}

#[test]
fn a_flag_of_extra_args_stands_for_that_of_the_manifest() {
    let values = json!({"extraArgs": ["--log-format=text", "--allow-target=a.example.com/B"]});
    let objects = rendered(RELEASE, &values);
    let told = strings(&container(&objects)["args"]);
    let formats = told.iter().filter(|flag| flag.starts_with("--log-format"));
    assert_eq!(formats.collect::<Vec<_>>(), [&"--log-format=text"]);
    assert!(told.contains(&"--cache-dir=/cache"), "{told:?}");
    assert_eq!(told.last(), Some(&"--allow-target=a.example.com/B"));
}

#[test]
fn the_image_is_of_a_digest_of_a_tag_or_of_the_version_of_the_chart() {
    let repository = "ghcr.io/bellpull/bellpull";
    let digest = format!("sha256:{}", "0a".repeat(32));
    for (image, expected) in [
        (json!({}), format!(":{}", env!("CARGO_PKG_VERSION"))),
        (json!({"tag": "edge"}), ":edge".to_owned()),
        (
            json!({"tag": "edge", "digest": digest}),
            format!("@{digest}"),
        ),
    ] {
        let objects = rendered(RELEASE, &json!({"image": image}));
        let found = &container(&objects)["image"];
        assert_eq!(*found, format!("{repository}{expected}"), "{image}");
    }
}

#[test]
fn labels_of_pods_are_more_than_those_that_selectors_ask_for() {
    let values = json!({"podLabels": {"team": "a"}, "podAnnotations": {"note": "b"}});
    let objects = rendered(RELEASE, &values);
    let metadata = &deployment(&objects)["spec"]["template"]["metadata"];
    assert_eq!(metadata["labels"]["team"], "a");
    assert_eq!(metadata["labels"]["app.kubernetes.io/name"], "bellpull");
    assert_eq!(metadata["annotations"]["note"], "b");
    let manifests = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    assert_eq!(metadata["annotations"][manifests], "true");
}
