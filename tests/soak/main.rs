//! Every delivery is accounted for while one thing after another fails. `make soak` does the same for an
//! hour. It is a program of its own, so that no other test takes the processor meanwhile.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    reason = "in tests a panic is how a failure is told"
)]

use std::io::Write as _;
use std::time::Duration;

use bellpull_tests::soak::{self, SoakSettings};

/// Memory that the replica may take beyond what it took when it was warm, in KiB. A leak of a kilobyte a
/// delivery would be more in an hour, which is what `make soak` is for.
const GROWTH: u64 = 64 << 10;

#[test]
fn every_delivery_is_accounted_for_through_every_fault() {
    let settings = SoakSettings {
        time: Duration::from_secs(120),
        rate: 25,
        faults: Vec::new(),
        // How long anything takes says nothing here, least of all of a host that is not optimised.
        flags: ["--verify-timeout=10s", "--header-timeout=60s"]
            .map(str::to_owned)
            .to_vec(),
        may_starve: true,
    };
    let report = soak::run(&settings).expect("a soak");
    writeln!(std::io::stderr(), "{report}").expect("stderr");
    let failures = report.failures();
    assert!(failures.is_empty(), "{}\n{report}", failures.join("\n"));
    assert!(report.growth() < GROWTH, "{report}");
}
