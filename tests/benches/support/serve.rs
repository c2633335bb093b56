use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::TOKEN;

/// The unit of processor time in /proc (`USER_HZ`).
const TICK_US: f64 = 10_000.0;

/// A `bellpull serve` on free ports over a directory of its own.
pub(crate) struct Served {
    pub(crate) receiver: String,
    pub(crate) folder: tempfile::TempDir,
    child: Child,
}

/// One GitHub Receiver that notifies nothing, one that notifies a target, both with one token.
const MANIFESTS: &str = "
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: none}
spec: {type: github, secretRef: {name: token}, resources: []}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: one}
spec:
  type: github
  secretRef: {name: token}
  resources: [{kind: GitRepository, name: app}]
---
apiVersion: v1
kind: Secret
metadata: {name: token}
stringData: {token: benchmark-token}
";

/// The webhook path of one of the Receivers.
pub(crate) fn path(receiver: &str) -> String {
    let id = bellpull_core::ReceiverId::new("default", receiver);
    let token = bellpull_core::SecretBytes::new(TOKEN.as_bytes().to_vec());
    bellpull_plan::path::webhook_path(&id, &token)
}

impl Served {
    /// Starts it; returns once its ports are known, not when it is ready.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        fs::write(folder.path().join("all.yaml"), MANIFESTS).expect("written");
        let mut child = Command::new(bellpull_tests::serve::binary())
            .args(["serve", "--log-level", "info", "--log-format", "json"])
            .args([
                "--receiver-addr",
                "127.0.0.1:0",
                "--health-addr",
                "127.0.0.1:0",
            ])
            .args(["--metrics-addr", "127.0.0.1:0", "--drain-delay", "0s"])
            .arg("--manifests")
            .arg(folder.path())
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let receiver = loop {
            let line = lines
                .next()
                .expect("it says where it listens")
                .expect("text");
            let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            if line["flag"] == "--receiver-addr" {
                break line["address"].as_str().expect("an address").to_owned();
            }
        };
        // The log is read to its end so that it never blocks; what it costs is part of serving.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            receiver,
            folder,
            child,
        }
    }

    /// Processor time of its threads, in µs: of the one with this name, and of all others.
    pub(crate) fn processor_us(&self, thread: &str) -> [f64; 2] {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("Linux tells");
        let mut times = [0.0; 2];
        for task in tasks.flatten() {
            // A thread may end meanwhile.
            let Ok(stat) = fs::read_to_string(task.path().join("stat")) else {
                continue;
            };
            let (head, rest) = stat.rsplit_once(')').expect("a name in brackets");
            let ticks = rest.split_whitespace().skip(11).take(2);
            let ticks: f64 = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
            let is_other = !head.ends_with(&format!("({thread}"));
            times[usize::from(is_other)] += ticks * TICK_US;
        }
        times
    }

    /// Resident memory, KiB.
    pub(crate) fn resident(&self) -> u64 {
        resident_of(&self.child.id().to_string())
    }
}

/// Resident memory of a process, KiB.
pub(crate) fn resident_of(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("Linux tells");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a VmRSS line");
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .expect("a number")
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
