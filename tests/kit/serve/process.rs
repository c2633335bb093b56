//! The process of a served binary: what it takes, and how it ends.

use std::process::{Command, ExitStatus};

use super::Served;
use crate::patience::comes;

impl Served {
    /// Its resident memory, KiB.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        kib.and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// What it may have of something, as the kernel names it: now, and at most.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn limits(&self, of: &str) -> (String, String) {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id()));
        let limits = limits.expect("Linux tells");
        let line = limits.lines().find_map(|line| line.strip_prefix(of));
        let mut words = line.expect("a limit").split_whitespace().map(str::to_owned);
        words.next().zip(words.next()).expect("two words")
    }

    /// Sends SIGTERM.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(status.success(), "kill {pid}");
    }

    /// Waits for its end, and for the end of what it has written.
    ///
    /// # Panics
    /// When it goes on.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.ends();
        status.unwrap_or_else(|| panic!("it goes on; the log ends with:\n{}", self.last_words()))
    }

    /// Its end, if that comes.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn ends(&mut self) -> Option<ExitStatus> {
        let mut status = None;
        comes(|| {
            status = self.child.try_wait().expect("a child");
            status.is_some() && self.stdout.is_over() && self.stderr.is_over()
        });
        status
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
