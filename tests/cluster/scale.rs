//! Many Receivers, and many targets of each.

use bellpull_tests::cluster::api::{Api, Call};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::faults::{WRITTEN, series};
use super::world::{REQUESTED_AT, World, condition, own_plane, until};

const RECEIVERS: usize = 10_000;
const TARGETS: usize = 1_000;

#[test]
fn ten_thousand_receivers_select_a_thousand_targets() {
    // Its own, since so many hold up whoever lists them.
    let plane = own_plane();
    let world = World::of(&plane, "scale");
    let served = world.bellpull(&["--answer-deadline", "60s"]);
    let runtime = Runtime::new().expect("a runtime");
    let api = runtime.block_on(async { Api::new(&plane) });
    let items = |collection: &str| {
        let list = runtime.block_on(api.get(collection));
        list["items"].as_array().cloned().unwrap_or_default()
    };
    let repositories = collection(&world, "source", "gitrepositories");
    let receivers = collection(&world, "notification", "receivers");
    let targets = (0..TARGETS).map(|number| vec![Call::create(&repositories, target(number))]);
    runtime.block_on(api.all(targets.collect()));
    let secrets = format!("/api/v1/namespaces/{}/secrets", world.namespace);
    let lanes = (0..RECEIVERS).map(|number| {
        vec![
            Call::create(&secrets, secret(number)),
            Call::create(&receivers, receiver(number)),
        ]
    });
    runtime.block_on(api.all(lanes.collect()));

    let path = |number: usize| world.path(&name(number), TOKEN);
    for number in 0..RECEIVERS {
        // A delivery without a signature, and nobody but a Receiver that serves says so.
        until_answered(&served, &path(number), 401);
    }
    until(
        || format!("written: {}", served.stderr()),
        || series(&served, WRITTEN) >= Some(RECEIVERS as u64),
    );
    let found = items(&receivers);
    let ready = |receiver: &&Value| {
        condition(receiver, "Ready").is_some_and(|(status, _, _)| status == "True")
    };
    assert_eq!(found.iter().filter(ready).count(), RECEIVERS);
    assert_eq!(series(&served, WRITTEN), Some(RECEIVERS as u64));

    let (headers, body) = push(TOKEN);
    for number in [0, RECEIVERS / 2, RECEIVERS - 1] {
        let (status, answer) = request(served.receiver, "POST", &path(number), &headers, &body);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let told = json!(format!("{TARGETS} notified"));
        assert_eq!((status, &answer["message"]), (200, &told), "{answer}");
    }
    let told = |target: &&Value| target["metadata"]["annotations"][REQUESTED_AT].is_string();
    assert_eq!(items(&repositories).iter().filter(told).count(), TARGETS);

    // One by one, as a whole collection takes longer than an API server allows a request.
    let removed =
        (0..RECEIVERS).map(|number| vec![Call::delete(&format!("{receivers}/{}", name(number)))]);
    runtime.block_on(api.all(removed.collect()));
    for number in 0..RECEIVERS {
        until_answered(&served, &path(number), 404);
    }
}

#[track_caller]
fn until_answered(served: &Served, path: &str, expected: u16) {
    until(
        || format!("answered {expected}: {}", served.stderr()),
        || request(served.receiver, "POST", path, &[], b"").0 == expected,
    );
}

fn collection(world: &World<'_>, group: &str, plural: &str) -> String {
    let namespace = &world.namespace;
    format!("/apis/{group}.toolkit.fluxcd.io/v1/namespaces/{namespace}/{plural}")
}

fn name(number: usize) -> String {
    format!("app-{number}")
}

fn secret(number: usize) -> Value {
    json!({"metadata": {"name": name(number)}, "stringData": {"token": TOKEN}})
}

fn receiver(number: usize) -> Value {
    json!({
        "apiVersion": "notification.toolkit.fluxcd.io/v1",
        "kind": "Receiver",
        "metadata": {"name": name(number)},
        "spec": {
            "type": "github",
            "secretRef": {"name": name(number)},
            "resources": [
                {"kind": "GitRepository", "name": "*", "matchLabels": {"of": "many"}},
            ],
        },
    })
}

fn target(number: usize) -> Value {
    json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": {"name": name(number), "labels": {"of": "many"}},
        "spec": {"url": "https://example.org/app.git", "interval": "1h"},
    })
}
