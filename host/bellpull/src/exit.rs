use std::fmt;
use std::process::ExitCode;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Success,
    /// What was asked for failed.
    Failure,
    /// What was asked for cannot be (sysexits.h, `EX_USAGE`).
    Usage,
}

impl Exit {
    /// The code of a compiling child that ran out of time (as `timeout` of GNU coreutils has it).
    pub(crate) const TIMED_OUT: i32 = 124;

    /// Prints what clap has to say, and tells help from mistakes.
    pub(crate) fn from_clap(error: &clap::Error) -> Self {
        // Nowhere is left to report that a terminal is gone.
        drop(error.print());
        if error.use_stderr() {
            Self::Usage
        } else {
            Self::Success
        }
    }

    pub(crate) fn of_error(error: &anyhow::Error) -> Self {
        if error.is::<UsageError>() {
            Self::Usage
        } else {
            Self::Failure
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Failure => Self::FAILURE,
            Exit::Usage => Self::from(64),
        }
    }
}

/// A mistake in what was typed that the parser alone cannot see.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}
