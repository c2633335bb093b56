//! Programs that die with the process that started them.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::patience::{PATIENCE, found};

/// A watcher waits for the end of its standard input. This process holds the other end, and the
/// kernel closes it however the process ends. The watcher then kills its group with the program. The
/// shell becomes the program, so that the child's id is the program's.
const SCRIPT: &str = r#"exec 3<&0; { read -r _ <&3; kill -KILL 0; } & exec "$@" </dev/null 3<&-"#;

/// A running program. It dies with the value, and with this process.
pub struct Supervised {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Supervised {
    /// Starts a program that logs to `<name>.log` in `folder`, after what is there.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, command: &Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log)?;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", SCRIPT, "sh"])
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file);
        for (variable, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(variable, value),
                None => shell.env_remove(variable),
            };
        }
        let child = shell.spawn().with_context(|| format!("{name}: sh"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log,
        })
    }

    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// When it ends or is not ready in time; with the end of its log.
    pub fn until_ready(&mut self, mut ready: impl FnMut() -> bool) -> Result<()> {
        let end = found(|| {
            if ready() {
                return Some(Ok(None));
            }
            self.ended().map(|ended| ended.map(Some)).transpose()
        });
        match end {
            Some(Ok(None)) => Ok(()),
            Some(Ok(Some(status))) => {
                bail!("{} ended ({status}):\n{}", self.name, self.last_words())
            }
            Some(Err(error)) => Err(error),
            None => bail!(
                "{} is not ready after {PATIENCE:?}:\n{}",
                self.name,
                self.last_words()
            ),
        }
    }

    /// Its exit status, if it has ended.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal by name.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let status = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(self.id().to_string())
            .status()
            .context("kill")?;
        ensure!(status.success(), "kill -{signal} {}", self.name);
        Ok(())
    }

    /// The end of its log.
    #[must_use]
    pub fn last_words(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
