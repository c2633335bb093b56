//! The process of a served binary: its resources and its end.

use std::process::{Command, ExitStatus};

use super::Served;
use crate::patience::comes;

impl Served {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory, KiB.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Its threads.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn threads(&self) -> u64 {
        self.status("Threads:")
    }

    /// Its open handles: files, sockets and the like.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn handles(&self) -> u64 {
        let handles = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        handles.expect("Linux tells").count() as u64
    }

    /// A number of its status, by the kernel's name.
    fn status(&self, of: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix(of));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .expect("a number")
    }

    /// A resource limit of the process, soft and hard, by the kernel's name.
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

    /// Asks it to end.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Ends it without its doing.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn kill(&self) {
        self.signal("-KILL");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args([signal, &pid]).status();
        assert!(killed.expect("kill runs").success(), "kill {pid}");
    }

    /// Waits until it has ended and its output is read.
    ///
    /// # Panics
    /// When it goes on.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.ends();
        status.unwrap_or_else(|| panic!("it goes on; the log ends with:\n{}", self.last_words()))
    }

    /// Its exit status, if it ends.
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
