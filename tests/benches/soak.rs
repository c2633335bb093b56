//! A soak of hours: `cargo bench --bench soak -- [MINUTES] [RATE] [FAULT...]`. With `--profile dev` what is soaked is
//! the development build.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::process::ExitCode;
use std::time::Duration;

use bellpull_tests::soak::{self, SoakSettings};

fn main() -> ExitCode {
    // Cargo itself says `--bench`.
    let mut told: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let mut number = |otherwise: u32| {
        let number = told.first().and_then(|first| first.parse().ok());
        if number.is_some() {
            told.remove(0);
        }
        number.unwrap_or(otherwise)
    };
    let (minutes, rate) = (number(60), number(30));
    let settings = SoakSettings {
        time: Duration::from_secs(60) * minutes,
        rate: rate.max(1),
        faults: told,
        flags: Vec::new(),
        may_starve: false,
    };
    let report = match soak::run(&settings) {
        Ok(report) => report,
        Err(error) => {
            println!("the soak came to no end: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    println!("{report}");
    let failures = report.failures();
    for failure in &failures {
        println!("FAILED: {failure}");
    }
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
