//! Every attack for a while, against what is shipped: how the neighbour fares beside each.
//! `cargo bench --bench attack -- [SECONDS] [NAME...]`.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::process::ExitCode;
use std::time::Duration;

use bellpull_tests::attack::{self, Siege};

fn main() -> ExitCode {
    // Cargo itself says `--bench`.
    let mut told: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let seconds = told.first().and_then(|first| first.parse().ok());
    if seconds.is_some() {
        told.remove(0);
    }
    let siege = Siege::For(Duration::from_secs(seconds.unwrap_or(15)));
    println!(
        "{:<36} {:>6} {:>9} {:>9} {:>9} {:>20}  fate",
        "attack", "asked", "p50 ms", "p99 ms", "most ms", "MiB before/most/after"
    );
    let mut harmed = false;
    for attack in attack::all() {
        if !told.is_empty() && !told.iter().any(|name| attack.name.contains(name)) {
            continue;
        }
        let fate = attack.run(siege);
        let [p50, p99, most] = [50, 99, 100].map(|of| fate.percentile(of).as_secs_f64() * 1e3);
        let [before, highest, after] = fate.memory.map(|kib| kib >> 10);
        let verdict = fate.unharmed();
        harmed |= verdict.is_err();
        println!(
            "{:<36} {:>6} {p50:>9.1} {p99:>9.1} {most:>9.1} {:>20}  {}",
            attack.name,
            fate.times.len(),
            format!("{before}/{highest}/{after}"),
            verdict.err().unwrap_or_else(|| "unharmed".to_owned())
        );
    }
    if harmed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
