use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bellpull_tests::hostile::{self, Expected};
use bellpull_tests::patience::comes;
use bellpull_tests::serve::{Served, get};

use super::{World, deliver, state_of};

/// So many faults in a row break a component off.
const FAULTS: usize = 5;
/// How much memory may have come to stay, KiB: stacks of threads and warm slots of the pool.
const GROWTH: u64 = 48 << 10;

#[test]
fn each_hostile_component_fails_alone() {
    let world = World::new();
    let every = hostile::all();
    assert!(every.len() > 25, "only {} are there", every.len());
    for hostile in &every {
        world.put(&format!("{}.wasm", hostile.name), &hostile.wasm);
        world.receives(&hostile.name, &hostile.name);
    }
    let served = world.serve(&[
        "--grant",
        "undeclared-issuer=jwt",
        "--grant",
        "token-nowhere=jwt",
        // Records grow to their bound by themselves.
        "--records-memory",
        "1MiB",
    ]);
    let before = served.resident();
    for hostile in &every {
        let got = beside(&served, || {
            come_of(&served, &hostile.name, &hostile.expected)
        });
        assert!(got > 0, "nothing was delivered beside {}", hostile.name);
    }
    for hostile in &every {
        // Broken off or not, nobody else is.
        let (status, outcome) = deliver(&served, "good");
        assert_eq!(
            (status, outcome.as_str()),
            (200, "notified"),
            "after {}",
            hostile.name
        );
    }
    let after = served.resident();
    assert!(
        after < before + GROWTH,
        "{before} KiB before, {after} KiB after"
    );
}

/// Runs `work` while good deliveries go on beside it, all of which must be right; says how many.
fn beside(served: &Served, work: impl FnOnce()) -> usize {
    let (done, delivered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let good = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) || delivered.load(Ordering::Relaxed) == 0 {
                let (status, outcome) = deliver(served, "good");
                assert_eq!((status, outcome.as_str()), (200, "notified"));
                delivered.fetch_add(1, Ordering::Relaxed);
            }
        });
        let worked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        good.join().expect("the good deliveries");
        if let Err(panic) = worked {
            std::panic::resume_unwind(panic);
        }
    });
    delivered.into_inner()
}

fn come_of(served: &Served, name: &str, expected: &Expected) {
    let state = state_of(served, &format!("{name}.wasm"));
    match expected {
        Expected::Refused(reason) => {
            let said = state["reason"].as_str().unwrap_or_default();
            assert_eq!(state["state"], "failed", "{name}: {state}");
            assert!(said.contains(reason), "{name}: {said}");
            assert_eq!(deliver(served, name), (503, "unavailable".into()), "{name}");
        }
        Expected::NotReady(fault) => {
            assert_eq!(deliver(served, name), (503, "unavailable".into()), "{name}");
            assert_ne!(faults(served, name, fault), 0, "{name}: {state}");
        }
        Expected::Malformed => {
            assert_eq!(deliver(served, name), (400, "malformed".into()), "{name}");
        }
        Expected::Fault(fault) => {
            // Where a busy machine gives the guest no time, the delivery ends without a fault.
            let broken_off = comes(|| {
                assert_eq!(deliver(served, name), (503, "unavailable".into()), "{name}");
                faults(served, name, fault) >= FAULTS
            });
            let counted = faults(served, name, fault);
            assert!(
                broken_off && counted == FAULTS,
                "{name} {fault}: {counted} of {FAULTS}"
            );
            let state = state_of(served, &format!("{name}.wasm"));
            assert_eq!(state["breaker"], "open for 1 Receiver", "{name}: {state}");
            assert_eq!(state["faults"], FAULTS, "{name}: {state}");
        }
    }
}

/// What the metric says of a provider's faults of one kind.
fn faults(served: &Served, provider: &str, fault: &str) -> usize {
    let series =
        format!("bellpull_sandbox_faults_total{{provider=\"{provider}\",fault=\"{fault}\"}} ");
    let (_, scrape) = get(served.metrics, "/metrics");
    let line = scrape.lines().find_map(|line| line.strip_prefix(&series));
    line.unwrap_or_else(|| panic!("no {series} in\n{scrape}"))
        .parse()
        .expect("a count")
}
