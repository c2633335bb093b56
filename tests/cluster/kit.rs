//! The parts of the kit that the other tests against a cluster use.

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use bellpull_tests::cluster::git::{GitServer, git};
use bellpull_tests::cluster::supervisor::Supervised;
use bellpull_tests::cluster::{ControlPlane, Identity, binaries};
use bellpull_tests::patience::comes;

#[test]
fn the_control_plane_is_the_kubernetes_that_was_asked_for() {
    let plane = ControlPlane::shared();
    let version = plane.kubectl().ok(&["version"]);
    let server = version
        .lines()
        .find_map(|line| line.strip_prefix("Server Version: "));
    if std::env::var_os(binaries::ASSETS).is_none() {
        let wanted = binaries::kubernetes().expect("a version");
        assert_eq!(server, Some(wanted.as_str()), "{version}");
    }
    assert!(
        server.is_some_and(|server| server.starts_with("v1.")),
        "{version}"
    );
}

#[test]
fn an_identity_may_do_what_a_role_grants_its_service_account() {
    let plane = ControlPlane::shared();
    let namespace = plane.namespace("identity");
    let list = ["get", "secrets", "--namespace", &namespace];
    let granted = plane.kubectl_as(Identity::SourceController);
    let refused = granted.run(&list);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let user = "system:serviceaccount:flux-system:source-controller";
    assert!(
        said.contains("Forbidden") && said.contains(user),
        "it is known, and refused: {said}"
    );
    plane.kubectl().ok(&[
        "create",
        "rolebinding",
        "view",
        "--clusterrole=admin",
        "--serviceaccount=flux-system:source-controller",
        "--namespace",
        &namespace,
    ]);
    // Roles are read from a cache that follows.
    let items = granted.until("allowed", &["secrets", "--namespace", &namespace], |_| true);
    assert_eq!(items["items"].as_array().map(Vec::len), Some(0));
    let other = plane.kubectl_as(Identity::NotificationController);
    let refused = other.run(&list);
    assert!(!refused.status.success(), "the role was not for everybody");
}

#[test]
fn objects_outlive_the_api_server() {
    let plane = ControlPlane::start().expect("a control plane");
    let kubectl = plane.kubectl();
    kubectl
        .apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: flux-system}}");
    let get = ["configmap", "kept", "--namespace", "flux-system"];
    let before = kubectl.get(&get);
    plane.kill_api_server();
    assert!(!kubectl.run(&["get", "namespaces"]).status.success());
    plane.start_api_server().expect("it starts again");
    assert_eq!(kubectl.get(&get), before);

    plane.pause_api_server().expect("it stops");
    let asked = kubectl.run(&["get", "namespaces", "--request-timeout", "1s"]);
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(
        !asked.status.success() && !said.contains("refused"),
        "it accepts and does not answer: {said}"
    );
    plane.resume_api_server().expect("it goes on");
    assert_eq!(kubectl.get(&get), before);
}

#[test]
fn a_push_over_http_runs_the_hooks() {
    let server = GitServer::start().expect("a Git server");
    let repository = server.repository("app").expect("a repository");
    let hook = repository.hooks().join("post-receive");
    let told = hook.with_file_name("told");
    fs::write(&hook, "#!/bin/sh\ncat >hooks/told\n").expect("a hook");
    fs::set_permissions(&hook, Permissions::from_mode(0o755)).expect("executable");
    let commit = repository.push("app.yaml", "").expect("a push");
    let told = fs::read_to_string(told).expect("the hook has run");
    assert!(told.contains(&commit), "{told}");
    let clone = tempfile::tempdir().expect("a folder");
    git(clone.path(), &["clone", "--quiet", repository.url(), "."]).expect("a clone");
    let head = git(clone.path(), &["rev-parse", "HEAD"]).expect("a commit");
    assert_eq!(head.trim(), commit);
}

#[test]
fn a_program_dies_with_a_process_that_is_killed() {
    let mut holder = Command::new(std::env::current_exe().expect("this test's path"))
        .args(["--exact", "kit::holds_a_program", "--ignored"])
        .arg("--nocapture")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the test's own binary runs");
    let stderr = BufReader::new(holder.stderr.take().expect("piped"));
    let id: u32 = stderr
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix(HELD)?.parse().ok())
        .expect("it says what it holds");
    assert!(runs(id));
    holder.kill().expect("SIGKILL");
    holder.wait().expect("it ends");
    assert!(comes(|| !runs(id)), "{id} has outlived its holder");
}

const HELD: &str = "held: ";

#[test]
#[ignore = "a part of the test above, in a process of its own that is killed"]
fn holds_a_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("tail");
    command.args(["-f", "/dev/null"]);
    let held = Supervised::start("held", &command, folder.path()).expect("it starts");
    tell(&format!("{HELD}{}", held.id()));
    // Until whoever started this process is done with it.
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).expect("stdin");
}

fn tell(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{line}").expect("stderr");
}

/// A zombie does not run: who has to wait for it may be slow.
fn runs(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !"ZX".contains(state))
}
