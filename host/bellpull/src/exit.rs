use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::output::StdoutError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    Failure,
    /// The command line is wrong (sysexits.h, `EX_USAGE`).
    Usage,
    /// Nobody reads stdout. The code is that of a program which SIGPIPE ended. The signal itself is
    /// ignored, since a server goes on when its reader has gone.
    Unread,
}

impl Exit {
    pub(crate) const FAILURE: i32 = 1;
    pub(crate) const USAGE: i32 = 64;
    /// Of a compiling child that ran out of time, as of `timeout` in GNU coreutils.
    pub(crate) const TIMED_OUT: i32 = 124;

    /// Prints clap's message, which is the help or an error.
    pub(crate) fn from_clap(error: &clap::Error) -> Self {
        let printed = error.print();
        if error.use_stderr() {
            return Self::Usage;
        }
        match printed {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Self::Unread,
            // A terminal that is gone cannot be told so.
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

/// A mistake in the command line that clap cannot find.
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
        // The pipe of a server that hung up.
        assert_eq!(Exit::of_error(&broken().into()), Exit::Failure);
    }
}
