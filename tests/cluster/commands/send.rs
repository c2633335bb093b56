use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::Forwarding;
use bellpull_tests::patience::comes;
use bellpull_tests::serve::ADMIN;

use super::super::rbac::{Grant, RECEIVERS, SECRETS, grant};
use super::super::world::World;
use super::{Node, SPEC, Said, command, ended, forwarded, has};

/// `bellpull send app`, with the pods in the world's own namespace.
fn send(world: &World<'_>, identity: Identity, more: &[&str]) -> Said {
    let pods = ["send", "app", "--bellpull-namespace", &world.namespace];
    command(world, identity, &[&pods, more].concat())
}

/// A Receiver `app` and its target.
fn world(prefix: &str) -> World<'static> {
    let world = World::new(prefix);
    world.repository("app", "{}");
    world.receiver("app", SPEC);
    world
}

#[test]
fn a_sample_goes_through_a_ready_pod_and_notifies() {
    let world = world("through");
    let served = world.bellpull(&ADMIN);
    world.until_ready("app");
    let node = Node::of(&world);
    let namespace = world.namespace.as_str();
    let unready = Forwarding::EndsInTheMiddle;
    node.runs("bellpull-1", unready, false);
    node.runs("bellpull-2", forwarded(&served), true);
    let told = ended(send(&world, Identity::Admin, &[]), 0);
    let pod = format!("through pod {namespace}/bellpull-2, port 9292");
    has(&told, &[&pod, "200 OK", "\"outcome\": \"notified\""]);
    assert!(world.requested_at("app").is_some());

    let forged = ["--header", "X-Hub-Signature-256:sha256=00"];
    let told = ended(send(&world, Identity::Admin, &forged), 1);
    has(&told, &["401 Unauthorized"]);
}

#[test]
fn an_address_is_asked_instead_of_a_pod() {
    let world = world("address");
    let served = world.bellpull(&[]);
    world.until_ready("app");
    let to = format!("http://{}", served.receiver);
    let told = ended(send(&world, Identity::Admin, &["--to", &to]), 0);
    has(&told, &["\"outcome\": \"notified\""]);
    assert!(!told.contains("through pod"), "{told}");
}

#[test]
fn a_case_that_nothing_signs_goes_to_the_path_of_the_status_without_the_secret() {
    let world = World::new("unsigned");
    world.repository("app", "{}");
    world.receiver("app", &SPEC.replace("github, events: [push]", "generic"));
    let served = world.bellpull(&[]);
    world.until_ready("app");
    let case = tempfile::tempdir().expect("a folder");
    let unsigned = "provider: generic\ncredentials: {token: a-token-of-the-tests}\n\
                    text: '{}'\nexpect: {outcome: notified, status: 200}\n";
    std::fs::write(case.path().join("case.yaml"), unsigned).expect("written");
    let case = case.path().to_str().expect("a path in UTF-8");
    let to = format!("http://{}", served.receiver);
    grant(&world, &RECEIVERS);
    let mut last = String::new();
    // Roles are read from a cache that follows.
    let come = comes(|| {
        let (_, stdout, stderr) = send(&world, Identity::Tenant, &["--case", case, "--to", &to]);
        last = stdout + &stderr;
        last.contains("\"outcome\": \"notified\"")
    });
    assert!(come, "{last}");
    has(&last, &["secrets \"token\" is forbidden", "has no 'sign'"]);
}

#[test]
fn a_receiver_that_is_not_there_is_told_with_those_that_are() {
    let world = World::new("absent");
    world.receiver("other", SPEC);
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    let namespace = &world.namespace;
    let no = format!("no Receiver {namespace}/app in namespace {namespace}");
    has(&told, &[&no, &format!("there are: {namespace}/other")]);
}

#[test]
fn what_is_wrong_with_the_pods_is_told() {
    let world = world("wrong");
    let node = Node::of(&world);
    let namespace = world.namespace.as_str();
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    let none = format!("no pod of Bellpull runs in namespace {namespace}");
    has(
        &told,
        &[&none, "app.kubernetes.io/name=bellpull", "--to URL"],
    );

    let nothing_listens = || Forwarding::To([].into());
    node.runs("bellpull-3", nothing_listens(), false);
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(&told, &["is Ready: bellpull-3"]);

    node.runs("bellpull-2", nothing_listens(), true);
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(
        &told,
        &[
            "port 9292 of pod bellpull-2",
            "connection refused on port 9292",
        ],
    );

    let fails = Forwarding::EndsInTheMiddle;
    node.runs("bellpull-1", fails, true);
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(
        &told,
        &["port 9292 of pod bellpull-1 ended", "the pod may be gone"],
    );
}

#[test]
fn a_missing_right_is_told() {
    let world = world("tenant");
    let node = Node::of(&world);
    node.runs("bellpull-1", Forwarding::To([].into()), true);
    let namespace = format!("in the namespace \"{}\"", world.namespace);
    let rights = [
        (RECEIVERS, "cannot get resource \"secrets\""),
        (SECRETS, "cannot list resource \"pods\""),
        (
            Grant("pods", "''", "pods", "list"),
            "resource \"pods/portforward\"",
        ),
        (
            Grant("forward", "''", "pods/portforward", "create, get"),
            "connection refused on port 9292",
        ),
    ];
    for (granted, next) in rights {
        grant(&world, &granted);
        // Roles are read from a cache that follows.
        let mut last = String::new();
        let told = comes(|| {
            let (_, stdout, stderr) = send(&world, Identity::Tenant, &[]);
            last = stdout + &stderr;
            last.contains(next)
        });
        assert!(told, "{next:?} is not in {last}");
        let is_right = next.starts_with("cannot") || next.starts_with("resource");
        assert!(!is_right || last.contains(&namespace), "{last}");
    }
}
