//! The two that are compared, each as one process.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use bellpull_tests::cluster::flux::NotificationController;
use bellpull_tests::cluster::supervisor::Supervised;
use bellpull_tests::cluster::{ControlPlane, Identity};
use bellpull_tests::patience::comes_in_task;
use bellpull_tests::serve::binary;
use tempfile::TempDir;

use crate::support::serve::resident_of;

/// How often memory is looked at until it stays what it is.
const STILL: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Flux,
    Bellpull,
}

/// One of them, running. It dies with the value.
pub(crate) struct Running {
    pub(crate) receiver: SocketAddr,
    id: u32,
    _program: Program,
}

#[expect(dead_code, reason = "held until it is to die")]
enum Program {
    Flux(NotificationController),
    Bellpull(Supervised, TempDir),
}

impl Running {
    /// Starts one with its own role, writing status without a Lease. It is not ready yet.
    pub(crate) fn launch(who: Who, plane: &ControlPlane) -> Self {
        match who {
            Who::Flux => {
                let identity = Identity::NotificationController;
                let flux = NotificationController::launch(plane, identity, &[]).expect("it starts");
                Self {
                    receiver: flux.receiver,
                    id: flux.id(),
                    _program: Program::Flux(flux),
                }
            }
            Who::Bellpull => bellpull(plane),
        }
    }

    /// Waits until something listens.
    pub(crate) async fn until_open(&self) {
        let is_open = || async { TcpStream::connect(self.receiver).is_ok() };
        assert!(comes_in_task(is_open).await, "nothing listens");
    }

    /// Waits until a path is a Receiver's that is ready.
    pub(crate) async fn until_serves(&self, path: &str) {
        self.until_all_serve(&[path.to_owned()]).await;
    }

    /// The same of one path after the other. A request without a signature is refused there; before
    /// that the path is unknown or closed.
    pub(crate) async fn until_all_serve(&self, paths: &[String]) {
        let client = reqwest::Client::new();
        for path in paths {
            let url = format!("http://{}{path}", self.receiver);
            let serves = || async {
                let answer = client.post(&url).send().await;
                answer.is_ok_and(|answer| matches!(answer.status().as_u16(), 400 | 401))
            };
            assert!(comes_in_task(serves).await, "{url} is not served");
        }
    }

    /// Resident memory once it is still, MiB.
    pub(crate) async fn resident(&self) -> f64 {
        let mut last = [0; 5];
        loop {
            last.rotate_left(1);
            last[4] = resident_of(&self.id.to_string());
            let (least, most) = (last.iter().min().copied(), last.iter().max().copied());
            let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
            if (most - least) * 100 <= most {
                return most as f64 / 1024.0;
            }
            tokio::time::sleep(STILL).await;
        }
    }
}

fn bellpull(plane: &ControlPlane) -> Running {
    let [receiver, health, metrics] = free();
    let folder = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(binary());
    command
        .args([
            "serve",
            "--log-format=json",
            "--enable-leader-election=false",
        ])
        .arg(format!("--receiver-addr={receiver}"))
        .arg(format!("--health-addr={health}"))
        .arg(format!("--metrics-addr={metrics}"))
        .arg("--kubeconfig")
        .arg(plane.kubeconfig_of(Identity::Bellpull));
    let program = Supervised::start("bellpull", &command, folder.path()).expect("it starts");
    Running {
        receiver,
        id: program.id(),
        _program: Program::Bellpull(program, folder),
    }
}

/// Addresses that nobody listens on, all different.
fn free() -> [SocketAddr; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address"))
}
