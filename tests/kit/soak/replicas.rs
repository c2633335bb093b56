//! The two replicas, which share a Lease.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use anyhow::{Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use super::connections::Connections;
use super::site::Site;
use crate::cluster::Identity;
use crate::serve::{ADMIN, Served, get};

/// The size of the file system of a replica's records.
const DISK: &str = "size=32m";

/// Lines of a log that are told.
const COMPLAINTS: usize = 10;

/// Where a replica has its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// On a small file system that ends with its process, where this process may mount one.
    Small,
    /// Where its successor finds them.
    Kept,
}

/// A replica, and what survives it.
pub(super) struct Replica {
    pub(super) name: &'static str,
    pub(super) connections: Connections,
    /// Where a load balancer sends deliveries to it, if it does.
    rotation: RwLock<Option<SocketAddr>>,
    running: Mutex<Running>,
    wrapper: Vec<String>,
    arguments: Vec<String>,
    folder: TempDir,
}

struct Running {
    served: Served,
    admin: SocketAddr,
}

impl Running {
    fn launch(binary: &Path, wrapper: &[String], at: &str, arguments: &[String]) -> Self {
        let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let served = Served::launch_binary(binary, &wrapper, at, &arguments);
        served.until_ready();
        let admin = served.admin();
        Self { served, admin }
    }
}

impl Replica {
    /// Starts a replica and waits until it is ready.
    pub(super) fn start(
        name: &'static str,
        site: &Site,
        binary: &Path,
        disk: Disk,
        more: &[String],
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for sub in ["cache", "records"] {
            fs::create_dir(folder.path().join(sub))?;
        }
        let wrapper = match disk {
            Disk::Small => wrapper(&folder),
            Disk::Kept => Vec::new(),
        };
        let arguments = arguments(site, &folder, more);
        let running = Running::launch(binary, &wrapper, "127.0.0.1:0", &arguments);
        Ok(Self {
            name,
            connections: Connections::new(&site.certificates.authority)?,
            rotation: RwLock::new(Some(running.served.receiver)),
            running: Mutex::new(running),
            wrapper,
            arguments,
            folder,
        })
    }

    /// Where deliveries are sent to, while a load balancer sends it any.
    pub(super) fn in_rotation(&self) -> Option<SocketAddr> {
        *self.rotation.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks it to end, and sends it deliveries until it says that it is not ready. Then waits for its
    /// end, and starts this binary at the same address.
    pub(super) fn is_replaced_by(&self, binary: &Path) -> Result<()> {
        let mut running = self.running();
        running.served.terminate();
        let health = running.served.health;
        running
            .served
            .until("draining", || get(health, "/readyz").0 == 503);
        self.rotate(None);
        let status = running.served.wait();
        ensure!(
            status.success(),
            "replica {} ended with {status}",
            self.name
        );
        let at = running.served.receiver.to_string();
        *running = Running::launch(binary, &self.wrapper, &at, &self.arguments);
        self.rotate(Some(running.served.receiver));
        Ok(())
    }

    /// The value of a series, or 0 while there is none.
    pub(super) fn series(&self, name: &str) -> u64 {
        let metrics = self.running().served.metrics;
        let (_, text) = get(metrics, "/metrics");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
        let value = lines.find_map(|value| value.strip_prefix(' ')?.parse().ok());
        value.unwrap_or_default()
    }

    /// Where its admin listener is.
    pub(super) fn admin(&self) -> SocketAddr {
        self.running().admin
    }

    /// What its admin listener answers.
    pub(super) fn asked(&self, path: &str) -> (u16, Value) {
        let (status, body) = get(self.admin(), path);
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// What its admin listener tells of a ReceiverPlugin.
    pub(super) fn plugin(&self, name: &str) -> Value {
        let (_, list) = self.asked("/v1/plugins");
        let source = format!("ReceiverPlugin/{name}");
        let mut rows = list["plugins"].as_array().into_iter().flatten();
        let row = rows.find(|row| row["source"] == source.as_str());
        row.cloned().unwrap_or_default()
    }

    /// Its resident memory in KiB, its handles and its threads.
    pub(super) fn gauges(&self) -> [u64; 3] {
        let served = &self.running().served;
        [served.resident(), served.handles(), served.threads()]
    }

    /// A file beside its records, on their file system. `None`: they have none of their own.
    pub(super) fn beside_records(&self) -> Option<PathBuf> {
        let root = PathBuf::from(format!("/proc/{}/root", self.running().served.id()));
        let records = self.folder.path().join("records");
        let records = records.strip_prefix("/").unwrap_or(&records).to_owned();
        (!self.wrapper.is_empty()).then(|| root.join(records).join("filler"))
    }

    /// The last of what its log has beyond the deliveries.
    pub(super) fn complaints(&self) -> String {
        let log = self.running().served.stderr();
        let lines = log
            .lines()
            .filter(|line| !line.contains("\"level\":\"INFO\""));
        let mut last: Vec<&str> = lines.rev().take(COMPLAINTS).collect();
        last.reverse();
        last.join("\n")
    }

    fn rotate(&self, to: Option<SocketAddr>) {
        *self
            .rotation
            .write()
            .unwrap_or_else(PoisonError::into_inner) = to;
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What mounts a small file system for the records, which ends with the process. Empty where this process
/// may not.
fn wrapper(folder: &TempDir) -> Vec<String> {
    let records = folder.path().join("records").display().to_string();
    let ways: [&[&str]; 2] = [
        &["unshare", "--mount"],
        &["unshare", "--user", "--map-root-user", "--mount"],
    ];
    let script = format!("mount -t tmpfs -o {DISK} none \"$0\" && exec \"$@\"");
    for way in ways {
        let mut wrapper: Vec<String> = way.iter().map(|&word| word.to_owned()).collect();
        wrapper.extend([
            "sh".to_owned(),
            "-c".to_owned(),
            script.clone(),
            records.clone(),
        ]);
        let tried = Command::new(&wrapper[0])
            .args(&wrapper[1..])
            .arg("true")
            .output();
        if tried.is_ok_and(|tried| tried.status.success()) {
            return wrapper;
        }
    }
    Vec::new()
}

fn arguments(site: &Site, folder: &TempDir, more: &[String]) -> Vec<String> {
    let sub = |name: &str| folder.path().join(name).display().to_string();
    let kubeconfig = site.plane.kubeconfig_of(Identity::Bellpull);
    let certificates = &site.certificates;
    let flags = [
        ("--kubeconfig", kubeconfig.display().to_string()),
        ("--watch-namespace", site.namespace.clone()),
        ("--leader-election-id", site.namespace.clone()),
        ("--tls-cert", certificates.file("tls.crt")),
        ("--tls-key", certificates.file("tls.key")),
        ("--cache-dir", sub("cache")),
        ("--records-dir", sub("records")),
        // So that they are full soon, and memory does not grow by them for long.
        ("--records-memory", "4MiB".to_owned()),
        ("--records-max-size", "8MiB".to_owned()),
        ("--plain-http", site.registry.host()),
        ("--egress-proxy", site.senders.proxy.url()),
        ("--egress-no-proxy", "127.0.0.1,localhost".to_owned()),
        (
            "--trust-ca",
            certificates.authority.file().display().to_string(),
        ),
        ("--drain-delay", "2s".to_owned()),
    ];
    let flags = flags
        .into_iter()
        .flat_map(|(flag, value)| [flag.to_owned(), value]);
    let admin = ADMIN.map(str::to_owned).into_iter();
    flags.chain(admin).chain(more.iter().cloned()).collect()
}
