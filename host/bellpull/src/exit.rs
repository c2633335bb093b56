use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::output::StdoutError;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Success,
    /// What was asked for failed.
    Failure,
    /// What was asked for cannot be (sysexits.h, `EX_USAGE`).
    Usage,
    /// Nobody reads what is printed. The code is what a shell says of a program that SIGPIPE ended.
    /// The signal itself stays ignored, since serving goes on when a reader has gone.
    Unread,
}

impl Exit {
    /// The code of a compiling child that ran out of time (as `timeout` of GNU coreutils has it).
    pub(crate) const TIMED_OUT: i32 = 124;

    /// Prints what clap has to say, and tells help from mistakes.
    pub(crate) fn from_clap(error: &clap::Error) -> Self {
        let printed = error.print();
        if error.use_stderr() {
            return Self::Usage;
        }
        match printed {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Self::Unread,
            // Nowhere is left to report that a terminal is gone.
            _ => Self::Success,
        }
    }

    pub(crate) fn of_error(error: &anyhow::Error) -> Self {
        let unwritten = error.downcast_ref::<StdoutError>();
        if unwritten.is_some_and(StdoutError::reader_is_gone) {
            Self::Unread
        } else if error.is::<UsageError>() {
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
            Exit::Unread => Self::from(141),
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

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn only_a_reader_of_stdout_ends_quietly() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        let unread = Err::<(), _>(StdoutError::from(broken())).context("printing");
        assert_eq!(Exit::of_error(&unread.unwrap_err()), Exit::Unread);
        let full = StdoutError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(Exit::of_error(&full.into()), Exit::Failure);
        // A server that hangs up.
        assert_eq!(Exit::of_error(&broken().into()), Exit::Failure);
    }
}
