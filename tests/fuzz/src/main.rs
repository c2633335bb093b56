//! The targets under libFuzzer: `BELLPULL_FUZZ_TARGET` names one.

#![no_main]
#![allow(
    clippy::expect_used,
    reason = "without a target there is nothing to fuzz"
)]

use std::io::Write as _;
use std::sync::LazyLock;

use bellpull_fuzz::{FuzzTarget, target, targets};

static TARGET: LazyLock<FuzzTarget> = LazyLock::new(|| {
    let name = std::env::var("BELLPULL_FUZZ_TARGET").unwrap_or_default();
    target(&name).expect("BELLPULL_FUZZ_TARGET names a target")
});

libfuzzer_sys::fuzz_target!(
    init: {
        if std::env::var("BELLPULL_FUZZ_TARGET").as_deref() == Ok("--list") {
            list();
        }
    },
    |input: &[u8]| {
        (TARGET.run)(input);
    }
);

/// Prints the names of all targets, and ends.
fn list() -> ! {
    let names: Vec<&str> = targets().map(|target| target.name).collect();
    let mut out = std::io::stdout();
    let written = writeln!(out, "{}", names.join("\n"));
    std::process::exit(i32::from(written.is_err()));
}
