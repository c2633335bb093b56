//! The least interval between notifications of one object, by its own annotation.

use bellpull_core::Timestamp;
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::serve::{Served, get};
use serde_json::Value;

use super::world::{World, until};

const ANNOTATION: &str = "bellpull.dev/min-interval";

/// The deliveries of a storm.
const STORM: usize = 50;

/// Sends a push: the status and the sentence.
fn send(world: &World<'_>, served: &Served, receiver: &str) -> (u16, String) {
    let (status, answer) = world.push(served, receiver, TOKEN);
    let message = answer["message"].as_str().unwrap_or_default();
    (status, message.to_owned())
}

/// Annotates the GitRepository `app`.
fn annotate(world: &World<'_>, annotation: &str) {
    let object = ["annotate", "--overwrite", "gitrepositories.source", "app"];
    let place = [annotation, "-n", &world.namespace];
    world.kubectl.ok(&[&object[..], &place[..]].concat());
}

/// A Receiver that finds the object by its label, and one that names it.
fn receivers(world: &World<'_>) {
    let references = [
        ("by-label", "name: '*', matchLabels: {team: a}"),
        ("by-name", "name: app"),
    ];
    for (name, reference) in references {
        world.receiver(
            name,
            &format!(
                "{{type: github, secretRef: {{name: token}}, \
                 resources: [{{kind: GitRepository, {reference}}}]}}"
            ),
        );
    }
}

#[test]
fn a_storm_patches_its_object_twice_and_the_second_patch_is_for_the_last_delivery() {
    let world = World::new("storm");
    world.repository("app", "{team: a}");
    annotate(&world, &format!("{ANNOTATION}=20s"));
    receivers(&world);
    let served = world.bellpull(&[]);
    world.until_ready("by-label");
    world.until_ready("by-name");
    // It waits until the objects are listed, and their annotations are known.
    assert_eq!(
        send(&world, &served, "by-label"),
        (200, "1 notified".to_owned())
    );
    let first = world.requested_at("app").expect("it is notified");

    let waits = "1 notification waits for the least interval of its target".to_owned();
    let mut last = Timestamp::now();
    for nth in 1..STORM {
        let receiver = ["by-label", "by-name"][nth % 2];
        last = Timestamp::now();
        assert_eq!(send(&world, &served, receiver), (202, waits.clone()));
    }
    assert_eq!(world.requested_at("app").as_ref(), Some(&first));
    until(
        || format!("patched a second time: {}", served.stderr()),
        || world.requested_at("app").as_ref() != Some(&first),
    );
    let second = world.requested_at("app").expect("it is notified");
    let second: Timestamp = second.parse().expect("a time");
    assert!(second > last, "{second}, and the last delivery at {last}");
    let (_, metrics) = get(served.metrics, "/metrics");
    let patches = "bellpull_notifications_total{result=\"notified\"} 2\n";
    assert!(metrics.contains(patches), "{metrics}");
}

#[test]
fn an_interval_holds_as_long_as_its_object_has_it_and_a_wrong_one_is_logged_once() {
    let world = World::new("interval");
    world.repository("app", "{team: a}");
    annotate(&world, &format!("{ANNOTATION}=1h"));
    receivers(&world);
    let served = world.bellpull(&[]);
    world.until_ready("by-label");
    world.until_ready("by-name");
    assert_eq!(send(&world, &served, "by-label").0, 200);
    assert_eq!(send(&world, &served, "by-name").0, 202);

    annotate(&world, &format!("{ANNOTATION}=soon"));
    world.until_answered(&served, "by-name", TOKEN, 200);
    for receiver in ["by-name", "by-label"] {
        assert_eq!(send(&world, &served, receiver).0, 200, "{receiver}");
    }
    let log = served.stderr();
    let lines = log.lines().filter(|line| line.contains("passed over"));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    let error = lines[0]["error"].as_str().unwrap_or_default();
    let told = format!("annotation {ANNOTATION} is \"soon\": write a duration");
    assert!(error.starts_with(&told), "{}", lines[0]);
}
