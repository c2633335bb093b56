//! A soak of hours: `cargo bench --bench soak -- [MINUTES] [RATE]`. With `--profile dev` what is soaked is
//! the development build.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::process::ExitCode;
use std::time::Duration;

use bellpull_tests::soak::{self, SoakSettings};

fn main() -> ExitCode {
    // Cargo itself says `--bench`.
    let mut told = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok());
    let minutes: u32 = told.next().unwrap_or(60);
    let settings = SoakSettings {
        time: Duration::from_secs(60) * minutes,
        rate: told.next().unwrap_or(30),
        flags: Vec::new(),
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
