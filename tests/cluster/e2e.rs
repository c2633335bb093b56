//! From a push to the artifact of its commit: a Git server with our hook, Bellpull, and Flux's own
//! source-controller. The same with a registry, which rings by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::OnceLock;

use bellpull_tests::cluster::flux::{self, SourceController};
use bellpull_tests::cluster::git::{GitServer, git};
use bellpull_tests::cluster::kubectl::is_true;
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::cluster::{ControlPlane, Identity, install_role};
use bellpull_tests::manifests::TOKEN;
use serde_json::Value;

use super::world::World;

/// Apart from the shared one: the controller acts on everything that it finds.
fn plane() -> &'static ControlPlane {
    static PLANE: OnceLock<ControlPlane> = OnceLock::new();
    PLANE.get_or_init(|| {
        let plane = ControlPlane::start().expect("a control plane");
        flux::install_flux_crds(&plane).expect("Flux's kinds");
        install_role(&plane);
        plane
    })
}

/// One for all tests: it works in all namespaces.
pub(super) fn with_controller() -> &'static ControlPlane {
    static CONTROLLER: OnceLock<SourceController> = OnceLock::new();
    let start = || SourceController::start(plane(), Identity::Admin).expect("a controller");
    CONTROLLER.get_or_init(start);
    plane()
}

/// Installs the hook by the steps of its README.
fn install_hook(hooks: &Path, url: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/git-hook/post-receive");
    let hook = hooks.join("post-receive");
    fs::copy(script, &hook).expect("the hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
    fs::write(hooks.join("bellpull-token"), TOKEN).expect("the token");
    let repository = hooks.parent().expect("a repository");
    for (name, value) in [
        ("bellpull.url", url),
        ("bellpull.secretFile", "hooks/bellpull-token"),
        ("bellpull.repository", "app"),
    ] {
        git(repository, &["config", name, value]).expect("configured");
    }
}

fn revision(repository: &Value) -> &str {
    let revision = &repository["status"]["artifact"]["revision"];
    revision.as_str().unwrap_or_default()
}

/// Waits until a source is ready with the artifact of a revision. Flux's patch helper writes
/// conditions before the rest of a status (fluxcd/pkg, runtime/patch/patch.go): an object is
/// ready for a moment without its artifact.
fn until_revision(world: &World<'_>, source: &[&str], wanted: &str) {
    world.kubectl.until(wanted, source, |object| {
        is_true(object, "Ready") && revision(object) == wanted
    });
}

#[test]
fn a_push_becomes_the_artifact_of_its_commit() {
    let world = World::of(with_controller(), "e2e");
    let server = GitServer::start().expect("a Git server");
    let repository = server.repository("app").expect("a repository");
    let first = repository
        .push("app.yaml", "replicas: 1\n")
        .expect("a push");
    world.apply(&format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: app}}\n\
         spec: {{url: '{}', interval: 1h, ref: {{branch: main}}}}\n",
        repository.url()
    ));
    let source = ["gitrepositories.source", "app", "-n", &world.namespace];
    until_revision(&world, &source, &format!("main@sha1:{first}"));

    let served = world.bellpull(&[]);
    world.receiver(
        "git-server",
        "{type: generic-hmac, secretRef: {name: token}, \
         resources: [{kind: GitRepository, name: app}]}",
    );
    world.until_ready("git-server");
    let path = world.path("git-server", TOKEN);
    install_hook(
        &repository.hooks(),
        &format!("http://{}{path}", served.receiver),
    );

    let second = repository
        .push("app.yaml", "replicas: 2\n")
        .expect("a push");
    until_revision(&world, &source, &format!("main@sha1:{second}"));
    served.until_log(r#""outcome":"notified""#);
}

#[test]
fn a_pushed_artifact_is_pulled() {
    let world = World::of(with_controller(), "e2e-oci");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let served = world.bellpull(&[]);
    // The registry signs nothing: what it knows is the path.
    let path = world.path("registry", TOKEN);
    let registry = Registry::ringing(&format!("http://{}{path}", served.receiver));
    let registry = registry.expect("a registry");
    let push = |text: &str| {
        let pushed = runtime.block_on(registry.push("app", "latest", "app.yaml", text));
        pushed.expect("pushed")
    };
    let first = push("replicas: 1\n");
    world.apply(&format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: app}}\n\
         spec: {{url: '{}', interval: 1h, insecure: true}}\n",
        registry.url("app")
    ));
    let source = ["ocirepositories.source", "app", "-n", &world.namespace];
    until_revision(&world, &source, &format!("latest@{first}"));
    world.receiver(
        "registry",
        "{type: generic, secretRef: {name: token}, \
         resources: [{kind: OCIRepository, name: app}]}",
    );
    world.until_ready("registry");

    let second = push("replicas: 2\n");
    until_revision(&world, &source, &format!("latest@{second}"));
}
