//! Flux's own controllers and their objects.

use std::sync::OnceLock;

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::flux::{self, NotificationController, SourceController};
use bellpull_tests::cluster::git::GitServer;
use bellpull_tests::cluster::kubectl::is_true;
use bellpull_tests::cluster::{ControlPlane, Identity};
use bellpull_tests::serve::request;

/// Apart from the shared one: the controllers act on everything that they find.
fn plane() -> &'static ControlPlane {
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    PLANE.get_or_init(|| {
        let plane = ControlPlane::start().expect("a control plane");
        flux::install_flux_crds(&plane).expect("Flux's kinds");
        plane
    })
}

#[test]
fn flux_serves_a_receiver_of_its_own_definition() {
    let plane = plane();
    let controller =
        NotificationController::start(plane, Identity::Admin).expect("notification-controller");
    let namespace = plane.namespace("receiver");
    let kubectl = plane.kubectl();
    kubectl.apply(&format!(
        "
apiVersion: v1
kind: Secret
metadata: {{name: token, namespace: {namespace}}}
stringData: {{token: a-token-of-the-tests}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: app, namespace: {namespace}}}
spec: {{url: 'https://git.example.com/app', interval: 1h}}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {{name: app, namespace: {namespace}}}
spec:
  type: generic
  secretRef: {{name: token}}
  resources: [{{kind: GitRepository, name: app}}]
"
    ));
    let receiver = ["receivers.notification", "app", "--namespace", &namespace];
    let receiver = kubectl.until_condition("Ready", &receiver);
    let path = receiver["status"]["webhookPath"].as_str().expect("a path");
    let (status, said) = request(controller.receiver, "POST", path, &[], b"{}");
    assert_eq!(status, 200, "{said}\n{}", controller.last_words());
    let repository = kubectl.get(&["gitrepositories.source", "app", "--namespace", &namespace]);
    let annotations = &repository["metadata"]["annotations"];
    assert!(annotations["reconcile.fluxcd.io/requestedAt"].is_string());
}

#[test]
fn flux_reconciles_what_is_pushed() {
    let plane = plane();
    let _controller = SourceController::start(plane, Identity::Admin).expect("source-controller");
    let server = GitServer::start().expect("a Git server");
    let repository = server.repository("app").expect("a repository");
    let commit = repository
        .push("app.yaml", "replicas: 1\n")
        .expect("a push");
    let namespace = plane.namespace("source");
    let kubectl = plane.kubectl();
    kubectl.apply(&format!(
        "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: app, namespace: {namespace}}}
spec: {{url: '{}', interval: 1h, ref: {{branch: main}}}}
",
        repository.url()
    ));
    let source = ["gitrepositories.source", "app", "--namespace", &namespace];
    // Flux's patch helper writes conditions before the rest of a status (fluxcd/pkg,
    // runtime/patch/patch.go): an object is Ready for a moment without its artifact.
    let wanted = format!("main@sha1:{commit}");
    kubectl.until(&wanted, &source, |object| {
        is_true(object, "Ready") && object["status"]["artifact"]["revision"] == wanted
    });
}

#[test]
fn other_kinds_can_be_had() {
    let plane = plane();
    let others = [Crds::CertManager, Crds::Gateway, Crds::Prometheus];
    crds::install(plane, &[Crds::FLUX, &others].concat()).expect("their kinds");
    for kind in [
        "imagerepositories.image.toolkit.fluxcd.io",
        "kustomizations.kustomize.toolkit.fluxcd.io",
        "helmreleases.helm.toolkit.fluxcd.io",
        "certificates.cert-manager.io",
        "httproutes.gateway.networking.k8s.io",
        "servicemonitors.monitoring.coreos.com",
    ] {
        plane.kubectl().ok(&["get", kind, "--all-namespaces"]);
    }
}
