//! The manifests, applied to a real API server with the kinds of every project that they name.

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::{ControlPlane, Identity, Kubectl};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::Served;
use serde_json::Value;

use super::{KUSTOMIZATIONS, built, container, folder, strings};

pub(super) fn plane() -> ControlPlane {
    let plane = ControlPlane::start().expect("a control plane");
    let others = [Crds::Gateway, Crds::Prometheus];
    crds::install(&plane, &[Crds::FLUX, &others].concat()).expect("kinds of others");
    for tenant in ["team-a", "team-b", "team-c"] {
        plane.kubectl().ok(&["create", "namespace", tenant]);
    }
    plane
}

pub(super) fn apply(kubectl: &Kubectl, name: &str, more: &[&str]) -> String {
    let folder = folder(name);
    let folder = folder.to_str().expect("a path in UTF-8");
    // The definition of the Receiver is Flux's until it is taken over.
    let apply = ["apply", "--server-side", "--force-conflicts", "-k", folder];
    kubectl.ok(&[apply.as_slice(), more].concat())
}

/// Whether the ServiceAccount `flux-system/bellpull` may do something (`resourceAttributes` of a
/// SubjectAccessReview).
pub(super) fn may(kubectl: &Kubectl, what: &str) -> bool {
    let review = format!(
        "{{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: {{\
         user: 'system:serviceaccount:flux-system:bellpull', \
         groups: ['system:serviceaccounts', 'system:authenticated'], \
         resourceAttributes: {what}}}}}"
    );
    let output = kubectl.feed(&["create", "-f", "-", "-o", "json"], &review);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("an answer");
    answer["status"]["allowed"] == true
}

/// Bellpull with the arguments of a Deployment, as the ServiceAccount `flux-system/bellpull`.
pub(super) fn serve(plane: &ControlPlane, objects: &[Value]) -> Served {
    let kubeconfig = plane.kubeconfig_of(Identity::Bellpull);
    let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
    // What Kubernetes gives a pod: an account, a namespace, a volume.
    let mut arguments = vec!["--kubeconfig", kubeconfig];
    arguments.extend(["--leader-election-namespace", "flux-system"]);
    arguments.extend(
        strings(&container(objects)["args"])
            .into_iter()
            .skip(1)
            .filter(|argument| !argument.starts_with("--cache-dir=")),
    );
    Served::ready(&arguments)
}

pub(super) fn receiver(kubectl: &Kubectl, namespace: &str, targets: &str) {
    kubectl.apply(&format!(
        "
apiVersion: v1
kind: Secret
metadata: {{name: token, namespace: {namespace}}}
stringData: {{token: {TOKEN}}}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {{name: app, namespace: {namespace}}}
spec: {{type: generic-hmac, secretRef: {{name: token}}, resources: {targets}}}
"
    ));
}

pub(super) fn ready(kubectl: &Kubectl, namespace: &str) -> Value {
    let receiver = ["receivers.notification", "app", "--namespace", namespace];
    kubectl.until_condition("Ready", &receiver)
}

/// An object of every kind of Flux that a Receiver may name and that has a definition here.
const TARGETS: &str = "[\
    {kind: Bucket, name: a}, {kind: GitRepository, name: a}, {kind: HelmChart, name: a}, \
    {kind: HelmRepository, name: a}, {kind: OCIRepository, name: a}, \
    {kind: ExternalArtifact, name: a, apiVersion: source.toolkit.fluxcd.io/v1}, \
    {kind: ImageRepository, name: a}, \
    {kind: ImagePolicy, name: a, apiVersion: image.toolkit.fluxcd.io/v1}, \
    {kind: Kustomization, name: a, apiVersion: kustomize.toolkit.fluxcd.io/v1}, \
    {kind: HelmRelease, name: a, apiVersion: helm.toolkit.fluxcd.io/v2}]";

#[test]
fn everything_is_taken_and_serves_with_the_rights_that_it_is_given() {
    let plane = plane();
    let kubectl = plane.kubectl();
    for name in KUSTOMIZATIONS {
        apply(&kubectl, name, &["--dry-run=server"]);
    }
    apply(&kubectl, "with-flux", &[]);

    for group in ["source", "image", "kustomize", "helm"] {
        let group = format!("{group}.toolkit.fluxcd.io");
        let kinds = kubectl.ok(&["api-resources", "--output=name", "--api-group", &group]);
        for kind in kinds.lines().filter_map(|name| name.split('.').next()) {
            for verb in ["get", "list", "watch", "patch"] {
                let what = format!("{{verb: {verb}, group: {group}, resource: {kind}}}");
                assert!(may(&kubectl, &what), "{what}");
            }
        }
    }
    let flux = "group: notification.toolkit.fluxcd.io";
    for what in [
        &format!("{{verb: patch, {flux}, resource: receivers}}"),
        &format!("{{verb: patch, {flux}, resource: receivers, subresource: status}}"),
        "{verb: watch, resource: secrets}",
        "{verb: patch, group: image.toolkit.fluxcd.io, resource: imageupdateautomations}",
        "{verb: patch, group: source.extensions.fluxcd.io, resource: artifactgenerators}",
        "{verb: create, group: coordination.k8s.io, resource: leases, namespace: flux-system}",
    ] {
        assert!(may(&kubectl, what), "{what}");
    }
    for what in [
        "{verb: patch, resource: secrets}",
        &format!("{{verb: create, {flux}, resource: receivers}}"),
        &format!("{{verb: delete, {flux}, resource: receivers}}"),
        &format!("{{verb: patch, {flux}, resource: alerts}}"),
        "{verb: create, group: source.toolkit.fluxcd.io, resource: gitrepositories}",
        "{verb: patch, group: apps, resource: deployments}",
        "{verb: get, resource: configmaps}",
        "{verb: create, group: coordination.k8s.io, resource: leases, namespace: team-c}",
        "{verb: patch, group: coordination.k8s.io, resource: leases, namespace: flux-system, \
         name: notification-controller-leader-election}",
    ] {
        assert!(!may(&kubectl, what), "{what}");
    }

    let served = serve(&plane, &built("with-flux"));
    receiver(&kubectl, "team-c", TARGETS);
    ready(&kubectl, "team-c");
    kubectl.until("told", &["events", "-n", "team-c"], |events| {
        events["items"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let lease = ["lease", "bellpull-leader-election", "-n", "flux-system"];
    assert!(kubectl.get(&lease)["spec"]["holderIdentity"].is_string());
    let log = served.stderr();
    assert!(!log.to_lowercase().contains("forbidden"), "{log}");
}

#[test]
fn tenants_are_served_without_rights_beyond_their_namespaces() {
    let plane = plane();
    let kubectl = plane.kubectl();
    apply(&kubectl, "multi-tenant", &[]);
    for (namespace, allowed) in [
        ("team-a", true),
        ("team-b", true),
        ("team-c", false),
        ("flux-system", false),
        ("''", false),
    ] {
        let secrets = format!("{{verb: list, resource: secrets, namespace: {namespace}}}");
        assert_eq!(may(&kubectl, &secrets), allowed, "{namespace}");
    }
    let served = serve(&plane, &built("multi-tenant"));
    for tenant in ["team-a", "team-b", "team-c"] {
        receiver(&kubectl, tenant, "[{kind: GitRepository, name: a}]");
    }
    ready(&kubectl, "team-a");
    ready(&kubectl, "team-b");
    let outside = kubectl.get(&["receivers.notification", "app", "-n", "team-c"]);
    assert_eq!(outside["status"]["conditions"], Value::Null);
    // They are in no namespace.
    let plugins = "ReceiverPlugins may not be read";
    let log = served.stderr();
    assert!(log.contains(plugins), "{log}");
    let mut others = log.lines().filter(|line| !line.contains(plugins));
    assert!(
        !others.any(|line| line.to_lowercase().contains("forbidden")),
        "{log}"
    );
}
