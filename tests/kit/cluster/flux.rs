//! Flux's own controllers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::control_plane::ControlPlane;
use super::crds::{self, Crds};
use super::folder::PrivateFolder;
use super::identity::{Identity, NAMESPACE};
use super::ports;
use super::supervisor::Supervised;
use crate::go::{GoModule, INSTALL_GO};
use crate::serve::try_request;

const NOTIFICATION: &str = "github.com/fluxcd/notification-controller";
const SOURCE: &str = "github.com/fluxcd/source-controller";

const NOTIFICATION_MODULE: GoModule = GoModule {
    folder: "notification-controller",
    packages: NOTIFICATION,
    programs: &["notification-controller"],
    without_go: INSTALL_GO,
};

const SOURCE_MODULE: GoModule = GoModule {
    folder: "source-controller",
    // Those that the module names as its tools.
    packages: "tool",
    programs: &["source-controller", "helm"],
    without_go: INSTALL_GO,
};

/// The folder of notification-controller's source.
///
/// # Errors
/// When there is no Go, or it cannot be had.
pub(super) fn notification_controller_source() -> Result<PathBuf> {
    NOTIFICATION_MODULE.folder_of(NOTIFICATION)
}

/// The folder of source-controller's source.
///
/// # Errors
/// When there is no Go, or it cannot be had.
pub(super) fn source_controller_source() -> Result<PathBuf> {
    SOURCE_MODULE.folder_of(SOURCE)
}

/// Helm, of the version that source-controller itself reads charts with. Nearly all of its parts are built for that
/// controller anyway.
///
/// # Errors
/// When there is no Go, or it does not build.
pub(super) fn helm() -> Result<PathBuf> {
    Ok(SOURCE_MODULE.build("")?.join("helm"))
}

/// Installs the kinds that the two controllers need to start.
///
/// # Errors
/// When they cannot be had.
///
/// # Panics
/// When one is not taken.
pub fn install_flux_crds(plane: &ControlPlane) -> Result<()> {
    crds::install(plane, &[Crds::FluxNotification, Crds::FluxSource])
}

/// A running notification-controller. It dies with the value.
pub struct NotificationController {
    /// Where webhooks arrive.
    pub receiver: SocketAddr,
    /// Where other controllers report events.
    pub events: SocketAddr,
    /// Where probes are answered.
    pub health: SocketAddr,
    /// Where metrics are.
    pub metrics: SocketAddr,
    running: Controller,
}

impl NotificationController {
    /// Starts a controller with an identity, for all namespaces, and waits until it is ready.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start(plane: &ControlPlane, identity: Identity) -> Result<Self> {
        Self::start_with(plane, identity, &[])
    }

    /// As [`NotificationController::start`], with more flags.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start_with(plane: &ControlPlane, identity: Identity, flags: &[&str]) -> Result<Self> {
        Self::start_in(plane, identity, flags, &[])
    }

    /// As [`NotificationController::start_with`], with more variables of the environment.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start_in(
        plane: &ControlPlane,
        identity: Identity,
        flags: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        ports::start_on_free(|addresses| {
            let mut controller = Self::launch_in(plane, identity, flags, environment, addresses)?;
            let running = &mut controller.running;
            running.until_answers(controller.health, "/readyz", 200)?;
            // Its probes know nothing of the receiver's port.
            running.until_answers(controller.receiver, "/hook/nobody", 404)?;
            Ok(controller)
        })
    }

    /// As [`NotificationController::start_with`], without waiting until it is ready.
    ///
    /// # Errors
    /// When it cannot be built or started.
    pub fn launch(plane: &ControlPlane, identity: Identity, flags: &[&str]) -> Result<Self> {
        Self::launch_in(plane, identity, flags, &[], ports::free()?)
    }

    fn launch_in(
        plane: &ControlPlane,
        identity: Identity,
        flags: &[&str],
        environment: &[(&str, &str)],
        [receiver, events, health, metrics]: [SocketAddr; 4],
    ) -> Result<Self> {
        let running = Controller::start(&NOTIFICATION_MODULE, plane, identity, |command, _| {
            command
                .args(flags)
                .envs(environment.iter().copied())
                .arg(format!("--receiverAddr={receiver}"))
                .arg(format!("--events-addr={events}"))
                .arg(format!("--health-addr={health}"))
                .arg(format!("--metrics-addr={metrics}"));
        })?;
        Ok(Self {
            receiver,
            events,
            health,
            metrics,
            running,
        })
    }

    #[must_use]
    pub fn id(&self) -> u32 {
        self.running.program.id()
    }

    /// The end of its log.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.running.program.last_words()
    }
}

/// A running source-controller. It dies with the value.
pub struct SourceController {
    /// Where artefacts are served.
    pub storage: SocketAddr,
    /// Where probes are answered.
    pub health: SocketAddr,
    /// Where metrics are.
    pub metrics: SocketAddr,
    running: Controller,
}

impl SourceController {
    /// Starts a controller with an identity, for all namespaces, and waits until it is ready.
    ///
    /// # Errors
    /// When it cannot be built or does not start.
    pub fn start(plane: &ControlPlane, identity: Identity) -> Result<Self> {
        ports::start_on_free(|[storage, health, metrics]| {
            let mut running =
                Controller::start(&SOURCE_MODULE, plane, identity, |command, folder| {
                    command
                        .arg(format!("--storage-path={}", folder.display()))
                        .arg("--events-addr=")
                        .arg(format!("--storage-addr={storage}"))
                        .arg(format!("--storage-adv-addr={storage}"))
                        .arg(format!("--health-addr={health}"))
                        .arg(format!("--metrics-addr={metrics}"));
                })?;
            running.until_answers(health, "/readyz", 200)?;
            // Served once it leads, which its probes do not wait for.
            running.until_answers(storage, "/", 200)?;
            Ok(Self {
                storage,
                health,
                metrics,
                running,
            })
        })
    }

    /// The end of its log.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.running.program.last_words()
    }
}

struct Controller {
    program: Supervised,
    _folder: PrivateFolder,
}

impl Controller {
    fn start(
        module: &GoModule,
        plane: &ControlPlane,
        identity: Identity,
        flags: impl Fn(&mut Command, &Path),
    ) -> Result<Self> {
        let folder = PrivateFolder::new(module.folder)?;
        let mut command = Command::new(module.build("")?.join(module.folder));
        command
            .env("KUBECONFIG", plane.kubeconfig_of(identity))
            .env("RUNTIME_NAMESPACE", NAMESPACE)
            .arg("--enable-leader-election=false");
        flags(&mut command, folder.path());
        Ok(Self {
            program: Supervised::start(module.folder, &command, folder.path())?,
            _folder: folder,
        })
    }

    fn until_answers(&mut self, address: SocketAddr, path: &str, status: u16) -> Result<()> {
        self.program.until_ready(|| {
            try_request(address, "GET", path, &[], b"").is_ok_and(|(answer, _)| answer == status)
        })
    }
}
