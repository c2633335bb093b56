use bellpull_tests::cluster::Identity;
use bellpull_tests::cluster::kubelet::Forwarding;
use bellpull_tests::serve::ADMIN;

use super::super::rbac::{Grant, RECEIVERS, SECRETS, grant};
use super::super::world::World;
use super::{SPEC, Said, command, ended, forwarded, has, kubelet};

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
    let kubelet = kubelet(&world);
    let namespace = world.namespace.as_str();
    let unready = Forwarding::EndsInTheMiddle;
    kubelet.run(world.plane, (namespace, "bellpull-1"), unready, false);
    kubelet.run(
        world.plane,
        (namespace, "bellpull-2"),
        forwarded(&served),
        true,
    );
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
    let kubelet = kubelet(&world);
    let namespace = world.namespace.as_str();
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    let none = format!("no pod of Bellpull runs in namespace {namespace}");
    has(
        &told,
        &[&none, "app.kubernetes.io/name=bellpull", "--to URL"],
    );

    let nothing_listens = || Forwarding::To([].into());
    kubelet.run(
        world.plane,
        (namespace, "bellpull-3"),
        nothing_listens(),
        false,
    );
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(&told, &["is Ready: bellpull-3"]);

    kubelet.run(
        world.plane,
        (namespace, "bellpull-2"),
        nothing_listens(),
        true,
    );
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(
        &told,
        &[
            "port 9292 of pod bellpull-2",
            "connection refused on port 9292",
        ],
    );

    let fails = Forwarding::EndsInTheMiddle;
    kubelet.run(world.plane, (namespace, "bellpull-1"), fails, true);
    let told = ended(send(&world, Identity::Admin, &[]), 1);
    has(
        &told,
        &["port 9292 of pod bellpull-1 ended", "the pod may be gone"],
    );
}

#[test]
fn a_missing_right_is_told() {
    let world = world("tenant");
    let kubelet = kubelet(&world);
    let pod = (world.namespace.as_str(), "bellpull-1");
    kubelet.run(world.plane, pod, Forwarding::To([].into()), true);
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
        let told = bellpull_tests::patience::comes(|| {
            let (_, stdout, stderr) = send(&world, Identity::Tenant, &[]);
            last = stdout + &stderr;
            last.contains(next)
        });
        assert!(told, "{next:?} is not in {last}");
        let is_right = next.starts_with("cannot") || next.starts_with("resource");
        assert!(!is_right || last.contains(&namespace), "{last}");
    }
}
