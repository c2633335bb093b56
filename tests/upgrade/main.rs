//! An upgrade from the checkout in `BELLPULL_FORMER` and the way back lose nothing.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    reason = "in tests a panic is how a failure is told"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_tests::soak::{self, SoakSettings};

#[test]
fn an_upgrade_and_the_way_back_lose_nothing() {
    let former =
        std::env::var_os("BELLPULL_FORMER").expect("BELLPULL_FORMER, as upgrade.sh sets it");
    let settings = SoakSettings {
        // It takes as long as its steps.
        time: Duration::ZERO,
        rate: 25,
        faults: Vec::new(),
        // How long anything takes says nothing here, least of all of a host that is not optimised.
        flags: ["--verify-timeout=10s", "--header-timeout=60s"]
            .map(str::to_owned)
            .to_vec(),
        may_starve: true,
    };
    let report = soak::upgrade(&PathBuf::from(former), &settings).expect("an upgrade");
    writeln!(std::io::stderr(), "{report}").expect("stderr");
    let failures = report.failures();
    assert!(failures.is_empty(), "{}\n{report}", failures.join("\n"));
}
