//! Many targets of one delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellpull_core::limits;
use bellpull_tests::cluster::Proxy;
use bellpull_tests::cluster::proxy::{Action, Asked};
use bellpull_tests::manifests::TOKEN;
use serde_json::json;
use tokio::sync::watch;

use super::{behind, series, until, until_idle};
use crate::world::World;

const TARGETS: usize = 1000;
/// How many are patched before the others are gone.
const PATCHED: usize = 300;
/// The slots of one Receiver: three quarters of its namespace's, which has three quarters of all.
const HELD: usize = limits::MAX_NOTIFICATIONS * 9 / 16;

fn create_targets(world: &World<'_>) {
    let target = |index: usize| {
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {
                "name": format!("target-{index}"), "namespace": world.namespace,
                "labels": {"of": "many"},
            },
            "spec": {"url": "https://example.org/app.git", "interval": "1h"},
        })
    };
    let targets: Vec<_> = (0..TARGETS).map(target).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": targets});
    let create = ["create", "-f", "-"];
    let created = world.kubectl.feed(&create, &list.to_string());
    assert!(created.status.success(), "{created:?}");
}

#[test]
fn targets_that_go_in_the_middle_leave_nothing_behind() {
    let world = World::new("fan-out");
    let proxy = Proxy::start(world.plane).expect("a proxy");
    let served = behind(&proxy, &world, &["--answer-deadline", "60s"]);
    let spec = "{type: github, secretRef: {name: token}, resources: [\
        {kind: GitRepository, name: '*', matchLabels: {of: many}}]}";
    world.receiver("app", spec);
    world.until_ready("app");
    create_targets(&world);
    until(
        || "selected".to_owned(),
        || world.push(&served, "app", TOKEN).1["message"] == format!("{TARGETS} notified"),
    );

    // Once every slot that it may hold is held up, all that were let through are done.
    let (gone, gate) = watch::channel(false);
    let patches = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&patches);
    proxy.decide(move |asked: &Asked| {
        let is_target = asked.method == "PATCH" && asked.path.contains("/gitrepositories/");
        match is_target && counted.fetch_add(1, Ordering::Relaxed) >= PATCHED {
            true => Action::PassWhen(gate.clone()),
            false => Action::Pass,
        }
    });
    let (status, answer) = std::thread::scope(|scope| {
        let delivery = scope.spawn(|| world.push(&served, "app", TOKEN));
        until(
            || "in the middle".to_owned(),
            || patches.load(Ordering::Relaxed) == PATCHED + HELD,
        );
        let collection = format!(
            "/apis/source.toolkit.fluxcd.io/v1/namespaces/{}/gitrepositories",
            world.namespace
        );
        world.kubectl.ok(&["delete", "--raw", &collection]);
        gone.send_replace(true);
        delivery.join().expect("an answer")
    });
    until_idle(&served);
    let unreachable = TARGETS - PATCHED;
    let told = format!("{PATCHED} notified, {unreachable} cannot be; see the Receiver");
    assert_eq!(
        (status, &answer["outcome"], &answer["message"]),
        (200, &json!("incomplete"), &json!(told))
    );
    let counted = series(
        &served,
        "bellpull_notifications_total{result=\"unreachable\"}",
    );
    assert_eq!(counted, Some(unreachable as u64));
    until(
        || "without targets".to_owned(),
        || world.push(&served, "app", TOKEN).1["message"] == "0 notified",
    );
}
