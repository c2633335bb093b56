use bellpull_tests::manifests::put;
use bellpull_tests::serve::{Served, get};
use bellpull_tests::{attack, hostile};

use super::{World, deliver};

/// What the metric says.
fn metric(served: &Served, name: &str) -> f64 {
    let (_, scrape) = get(served.metrics, "/metrics");
    let line = scrape
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name} ")));
    let value = line.unwrap_or_else(|| panic!("no {name} in\n{scrape}"));
    value.parse().expect("a number")
}

#[test]
fn what_needs_no_asking_does_not_wait_for_those_who_are_asked() {
    let world = World::new();
    world.put(
        "slow.wasm",
        &hostile::component("slow", &attack::slow_to_configure()),
    );
    world.receives("suspended", "github");
    world.receives("deleted", "github");
    let served = world.serve(&[]);
    for name in ["suspended", "deleted"] {
        assert_eq!(deliver(&served, name).0, 200, "{name}");
    }
    let many: String = (0..300)
        .map(|at| {
            let spec = "{type: slow, secretRef: {name: token}, resources: []}";
            bellpull_tests::manifests::receiver(&format!("slow{at}"), spec)
        })
        .collect();
    put(world.manifests.path(), "many.yaml", &many);
    served.until("planning", || {
        metric(&served, "bellpull_plan_waiting") > 0.0
    });

    let spec = "{type: github, secretRef: {name: token}, resources: [], suspend: true}";
    world.receives_as("suspended", spec);
    std::fs::remove_file(world.manifests.path().join("deleted.yaml")).unwrap();
    served.until("suspended", || deliver(&served, "suspended").0 == 503);
    served.until("deleted", || deliver(&served, "deleted").0 == 404);
    world.receives("late", "github");
    served.until("a new one of another component", || {
        deliver(&served, "late").0 == 200
    });
    assert!(
        metric(&served, "bellpull_plan_waiting") > 0.0,
        "nobody waits any more: the test says nothing"
    );
    assert!(metric(&served, "bellpull_plan_unpublished_seconds") < 10.0);
    served.until("all of them", || {
        metric(&served, "bellpull_plan_waiting") == 0.0
    });
    assert_eq!(deliver(&served, "slow299"), (200, "notified".into()));

    drop(served);
    let served = world.serve(&[]);
    assert_eq!(
        deliver(&served, "late"),
        (200, "notified".into()),
        "ready means that"
    );
}

#[test]
fn a_list_too_long_for_a_component_is_no_fault_of_it() {
    let world = World::new();
    let list = |count: usize, length: usize| -> String {
        (0..count).map(|at| format!("{at:e>length$},")).collect()
    };
    for at in 0..20 {
        let spec = format!(
            "{{type: github, secretRef: {{name: token}}, resources: [], events: [{}]}}",
            list(6_000, 12)
        );
        world.receives_as(&format!("long{at}"), &spec);
    }
    let keys: String = (0..255)
        .map(|at| format!("{at:k>253}: a-value-that-is-long-enough, "))
        .collect();
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: keys}}\n\
         stringData: {{{keys} token: {}}}\n",
        bellpull_tests::manifests::TOKEN
    );
    put(world.manifests.path(), "keys.yaml", &secret);
    let providers = bellpull_bundle::BUNDLED
        .iter()
        .flat_map(|bundled| bundled.names);
    for provider in providers.clone().filter(|name| **name != "generic-oidc") {
        let spec = format!(
            "{{type: {provider}, secretRef: {{name: keys}}, resources: [], events: [{}]}}",
            list(256, 256)
        );
        world.receives_as(&format!("full-{provider}"), &spec);
    }
    let served = world.serve(&[]);
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
    assert_eq!(deliver(&served, "long1"), (503, "unavailable".into()));
    served.until_log("spec.events: it lists 6000 names, at most 256 are taken");
    // Warnings are cut.
    served.until_log("and 240 more");
    for provider in providers {
        for fault in bellpull_core::Fault::ALL {
            let series = format!(
                "bellpull_sandbox_faults_total{{provider=\"{provider}\",fault=\"{}\"}}",
                fault.as_str()
            );
            assert_eq!(metric(&served, &series), 0.0, "{series}");
        }
    }
}

/// A component that never ends to configure a Receiver.
fn put_endless(world: &World) {
    let endless = "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
        (loop $again (br $again)) (unreachable))";
    world.put("endless.wasm", &hostile::component("endless", endless));
}

#[test]
fn what_is_not_found_out_in_time_is_closed_by_itself() {
    let world = World::new();
    put_endless(&world);
    world.receives("mine", "endless");
    let mut served = world.serve(&["--verify-timeout", "10m"]);
    assert_eq!(deliver(&served, "good"), (200, "notified".into()));
    served.until("saying so", || served.stderr().contains("NotPlanned"));
    assert_eq!(metric(&served, "bellpull_plan_overdue_total"), 1.0);
    assert_eq!(metric(&served, "bellpull_plan_waiting"), 1.0);
    world.receives("late", "github");
    served.until("a new one", || deliver(&served, "late").0 == 200);
    assert_eq!(deliver(&served, "mine"), (503, "unavailable".into()));
    served.terminate();
    assert!(served.ends().is_some_and(|status| status.success()));
}

#[test]
fn a_question_that_nobody_asks_any_more_holds_nobody_up() {
    let world = World::new();
    put_endless(&world);
    let served = world.serve(&["--verify-timeout", "10m"]);
    for name in ["one", "two", "three"] {
        world.receives(name, "endless");
        served.until("seen", || deliver(&served, name).0 == 503);
        let changed = "{type: endless, secretRef: {name: token}, resources: [], events: [push]}";
        world.receives_as(name, changed);
        std::fs::remove_file(world.manifests.path().join(format!("{name}.yaml"))).unwrap();
        served.until("removed", || deliver(&served, name).0 == 404);
    }
    world.receives("late", "github");
    served.until("a new one", || deliver(&served, "late").0 == 200);
}
