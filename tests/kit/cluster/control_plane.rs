//! An API server and its store.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context as _, Result, ensure};

use super::binaries::Binaries;
use super::folder::PrivateFolder;
use super::identity::{Identities, Identity, NAMESPACE};
use super::kubectl::Kubectl;
use super::ports;
use super::supervisor::Supervised;
use crate::serve::try_request;

/// A Kubernetes without nodes and without controllers: nothing is scheduled or garbage-collected,
/// and a namespace that is deleted never goes.
pub struct ControlPlane {
    // The order is that of their ends.
    api_server: Mutex<Option<Supervised>>,
    etcd: Supervised,
    identities: Identities,
    binaries: &'static Binaries,
    store: SocketAddr,
    address: SocketAddr,
    folder: PrivateFolder,
}

impl ControlPlane {
    /// Starts a control plane in a folder of its own and waits until it is ready.
    ///
    /// # Errors
    /// When its programs cannot be had, or one of them does not start.
    pub fn start() -> Result<Self> {
        ports::start_on_free(Self::try_start)
    }

    /// The control plane that tests of this process share. Each has namespaces of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Result<ControlPlane>> = OnceLock::new();
        match SHARED.get_or_init(Self::start) {
            Ok(shared) => shared,
            Err(error) => panic!("{error:#}"),
        }
    }

    fn try_start([address, store, peer]: [SocketAddr; 3]) -> Result<Self> {
        let binaries = Binaries::find()?;
        let folder = PrivateFolder::new("cluster")?;
        let identities = Identities::new(
            folder.path(),
            &format!("https://{address}"),
            &authority(folder.path()),
        )?;
        let etcd = Supervised::start("etcd", &etcd(binaries, store, peer), folder.path())?;
        let mut plane = Self {
            api_server: Mutex::new(None),
            etcd,
            identities,
            binaries,
            store,
            address,
            folder,
        };
        // Asked more than for a connection, which whoever took the port would grant as well.
        plane.etcd.until_ready(|| {
            try_request(store, "GET", "/health", &[], b"").is_ok_and(|(status, _)| status == 200)
        })?;
        plane.start_api_server()?;
        let created = plane.kubectl().run(&["create", "namespace", NAMESPACE]);
        ensure!(
            created.status.success(),
            "{NAMESPACE}: {}",
            String::from_utf8_lossy(&created.stderr)
        );
        Ok(plane)
    }

    /// Where the API server listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Where etcd answers clients.
    #[must_use]
    pub fn store(&self) -> SocketAddr {
        self.store
    }

    /// The certificate by which clients verify the API server.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        authority(self.path())
    }

    /// Its folder: logs, data, kubeconfigs.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The bearer token of an identity.
    #[must_use]
    pub fn token_of(&self, identity: Identity) -> &str {
        self.identities.token(identity)
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.kubeconfig_of(Identity::Admin)
    }

    /// The kubeconfig of an identity.
    #[must_use]
    pub fn kubeconfig_of(&self, identity: Identity) -> PathBuf {
        self.identities.kubeconfig_file(identity)
    }

    /// `kubectl` as the administrator.
    #[must_use]
    pub fn kubectl(&self) -> Kubectl {
        self.kubectl_as(Identity::Admin)
    }

    /// `kubectl` with an identity.
    #[must_use]
    pub fn kubectl_as(&self, identity: Identity) -> Kubectl {
        Kubectl {
            program: self.binaries.kubectl.clone(),
            kubeconfig: self.kubeconfig_of(identity),
            cache: self.path().join("kubectl-cache"),
        }
    }

    /// A new namespace whose name begins with `prefix`.
    ///
    /// # Panics
    /// When it cannot be created.
    #[must_use]
    pub fn namespace(&self, prefix: &str) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("{prefix}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.kubectl().ok(&["create", "namespace", &name]);
        name
    }

    /// Starts the API server at the same address with the same objects, and waits until it
    /// is ready. Does nothing while it runs.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_api_server(&self) -> Result<()> {
        let mut running = self.running();
        if running.is_some() {
            return Ok(());
        }
        let mut api_server = Supervised::start("kube-apiserver", &self.command(), self.path())?;
        let kubectl = self.kubectl();
        let address = self.address;
        // A connection costs less than a process.
        api_server.until_ready(|| {
            TcpStream::connect(address).is_ok()
                && kubectl
                    .run(&["get", "--raw", "/readyz", "--request-timeout", "5s"])
                    .status
                    .success()
        })?;
        *running = Some(api_server);
        Ok(())
    }

    /// Kills the API server. Connections break, and new ones are refused. etcd goes on.
    pub fn kill_api_server(&self) {
        *self.running() = None;
    }

    /// Pauses the API server. Connections are accepted and never answered.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause_api_server(&self) -> Result<()> {
        self.signal_api_server("STOP")
    }

    /// Resumes a paused API server.
    ///
    /// # Errors
    /// When it does not run.
    pub fn resume_api_server(&self) -> Result<()> {
        self.signal_api_server("CONT")
    }

    fn signal_api_server(&self, signal: &str) -> Result<()> {
        let running = self.running();
        running
            .as_ref()
            .context("the API server does not run")?
            .signal(signal)
    }

    fn running(&self) -> MutexGuard<'_, Option<Supervised>> {
        let running = self.api_server.lock();
        running.unwrap_or_else(PoisonError::into_inner)
    }

    fn command(&self) -> Command {
        // Of the pair that the API server makes for itself before it reads any other key.
        let key = certificates(self.path()).join("apiserver.key");
        let mut command = Command::new(&self.binaries.kube_apiserver);
        command
            .arg(format!("--etcd-servers=http://{}", self.store))
            .arg(format!("--secure-port={}", self.address.port()))
            .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"])
            .arg(flag("--cert-dir", &certificates(self.path())))
            .arg("--service-account-issuer=https://localhost")
            .arg(flag("--service-account-key-file", &key))
            .arg(flag("--service-account-signing-key-file", &key))
            .arg(flag("--token-auth-file", &self.identities.token_file()))
            .arg("--authorization-mode=RBAC")
            .arg("--service-cluster-ip-range=10.0.0.0/24")
            // It would ask for the ServiceAccounts that a controller makes in every namespace.
            .arg("--disable-admission-plugins=ServiceAccount");
        command
    }
}

fn etcd(binaries: &Binaries, clients: SocketAddr, peers: SocketAddr) -> Command {
    let mut etcd = Command::new(&binaries.etcd);
    etcd.args(["--data-dir", "etcd", "--unsafe-no-fsync"]);
    for flag in ["--listen-client-urls", "--advertise-client-urls"] {
        etcd.arg(format!("{flag}=http://{clients}"));
    }
    for flag in ["--listen-peer-urls", "--initial-advertise-peer-urls"] {
        etcd.arg(format!("{flag}=http://{peers}"));
    }
    etcd.arg(format!("--initial-cluster=default=http://{peers}"));
    etcd
}

fn certificates(folder: &Path) -> PathBuf {
    folder.join("certificates")
}

fn authority(folder: &Path) -> PathBuf {
    certificates(folder).join("apiserver.crt")
}

fn flag(name: &str, value: &Path) -> String {
    format!("{name}={}", value.display())
}
