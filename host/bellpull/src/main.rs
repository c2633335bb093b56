//! The `bellpull` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    bellpull::run()
}
