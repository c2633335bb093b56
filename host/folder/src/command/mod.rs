//! The command of `--on-notify`. Each attempt runs it in a process group of its own. Its environment holds
//! the event, the target and `PATH`, and nothing else of this process.

mod environment;
mod output;

use std::convert::Infallible;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bellpull_core::PatchError;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::attempt::Attempt;
pub(crate) use environment::environment;

/// How long output is awaited after the command has ended. Processes that it left running may keep the
/// pipes open.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

/// A command that is run for each attempt to notify a target. Exit status 0 means notified.
#[derive(Clone, Debug)]
pub struct OnNotify {
    /// The file of the program.
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// Its `PATH`. With `None`, the variable is not set.
    pub path: Option<OsString>,
    /// How long a run may take before its process group is killed.
    pub timeout: Duration,
}

impl OnNotify {
    /// Kills the process group if the returned future is dropped.
    pub(crate) async fn run(&self, attempt: &Attempt<'_>, line: &[u8]) -> Result<(), PatchError> {
        let mut group = self
            .start(attempt)
            .map_err(|error| passing(format!("the command cannot be started: {error}")))?;
        let output = group.log_output(attempt);
        let ended = timeout(self.timeout, group.end(line)).await;
        if ended.is_err() {
            group.kill();
            // Waits until this run has ended, so that the next attempt does not meet it.
            drop(group.0.wait().await);
        }
        drop(timeout(LAST_OUTPUT, output).await);
        match ended {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(passing(format!("the command {}", ending(status)))),
            Ok(Err(error)) => Err(passing(format!("the command was lost: {error}"))),
            Err(_) => Err(passing(format!("the command took over {:?}", self.timeout))),
        }
    }

    fn start(&self, attempt: &Attempt<'_>) -> std::io::Result<Group> {
        let path = self.path.iter().map(|path| ("PATH", path));
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(path)
            .envs(environment(attempt))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map(Group)
    }
}

/// The process group of a running command. It is killed when this is dropped.
struct Group(Child);

impl Group {
    /// Logs both streams until they are closed, and returns a future that ends then. Logging goes on when
    /// the future is dropped.
    fn log_output(&mut self, attempt: &Attempt<'_>) -> impl Future<Output = ()> + use<> {
        let stdout = self.0.stdout.take();
        let stderr = self.0.stderr.take();
        let stdout = stdout.map(|from| tokio::spawn(output::log(from, "stdout", attempt)));
        let stderr = stderr.map(|from| tokio::spawn(output::log(from, "stderr", attempt)));
        async move {
            for logging in [stdout, stderr].into_iter().flatten() {
                drop(logging.await);
            }
        }
    }

    async fn end(&mut self, line: &[u8]) -> std::io::Result<ExitStatus> {
        let stdin = self.0.stdin.take();
        let feed = async move {
            if let Some(mut stdin) = stdin {
                // A command need not read its standard input.
                drop(stdin.write_all(line).await);
            }
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            status = self.0.wait() => status,
            never = feed => match never {},
        }
    }

    fn kill(&self) {
        // There is an id only until the child has been waited for, so no other process can have it.
        let id = self.0.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            // This fails when the group has no process left.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => format!("ended with {status}"),
    }
}

fn passing(reason: String) -> PatchError {
    PatchError::Passing {
        reason,
        retry_after: None,
    }
}
