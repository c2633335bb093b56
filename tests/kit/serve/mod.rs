//! The real binary, serving a directory or a cluster.

mod binary;
mod http;
mod output;
mod process;

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::patience::PATIENCE;
pub use binary::{binary, run, said};
pub use http::{exchange, get, request, try_request};
use output::Output;

/// The flag of an admin listener on a free port.
pub const ADMIN: [&str; 2] = ["--admin-addr", "127.0.0.1:0"];

/// A served directory. It dies with the value.
pub struct Served {
    /// Where webhooks arrive.
    pub receiver: SocketAddr,
    /// Where probes are answered.
    pub health: SocketAddr,
    /// Where metrics are.
    pub metrics: SocketAddr,
    child: Child,
    stdout: Output,
    stderr: Output,
}

impl Served {
    /// Serves `manifests` on free ports and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn start(manifests: &Path, arguments: &[&str]) -> Self {
        let manifests = manifests.to_str().expect("a path in UTF-8");
        Self::ready(&[&["--manifests", manifests], arguments].concat())
    }

    /// Serves on free ports and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn ready(arguments: &[&str]) -> Self {
        let served = Self::launch(arguments);
        served.until_ready();
        served
    }

    /// Waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn until_ready(&self) {
        self.until("ready", || get(self.health, "/readyz").0 == 200);
    }

    /// Serves on free ports and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub fn launch(arguments: &[&str]) -> Self {
        Self::launch_at("127.0.0.1:0", arguments)
    }

    /// Serves webhooks at this address, and the rest on free ports, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub fn launch_at(receiver: &str, arguments: &[&str]) -> Self {
        Self::launch_within(&[], receiver, arguments)
    }

    /// As [`Self::launch_at`], by a program that becomes the binary: its arguments are followed by the
    /// command to run.
    ///
    /// # Panics
    /// When it does not start.
    pub fn launch_within(wrapper: &[&str], receiver: &str, arguments: &[&str]) -> Self {
        Self::launch_binary(binary(), wrapper, receiver, arguments)
    }

    /// As [`Self::launch_within`], with another binary than the one under test.
    ///
    /// # Panics
    /// When it does not start.
    pub fn launch_binary(
        binary: &Path,
        wrapper: &[&str],
        receiver: &str,
        arguments: &[&str],
    ) -> Self {
        let mut command = match wrapper {
            [] => Command::new(binary),
            [program, before @ ..] => {
                let mut command = Command::new(program);
                command.args(before).arg(binary);
                command
            }
        };
        let mut child = command
            .args(["serve", "--log-format", "json", "--drain-delay", "0s"])
            .args(["--receiver-addr", receiver])
            .args(["--health-addr", "127.0.0.1:0"])
            .args(["--metrics-addr", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bellpull starts");
        let stdout = Output::read(child.stdout.take().expect("piped"), None);
        let (told, lines) = channel();
        let stderr = Output::read(child.stderr.take().expect("piped"), Some(told));
        let [receiver, health, metrics] = addresses(&lines);
        Self {
            receiver,
            health,
            metrics,
            child,
            stdout,
            stderr,
        }
    }
}

fn addresses(lines: &Receiver<String>) -> [SocketAddr; 3] {
    ["--receiver-addr", "--health-addr", "--metrics-addr"].map(|flag| {
        loop {
            let line = lines
                .recv_timeout(PATIENCE)
                .expect("it says where it listens");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
            if line["flag"] == flag {
                break line["address"]
                    .as_str()
                    .expect("an address")
                    .parse()
                    .expect("an address");
            }
        }
    })
}
