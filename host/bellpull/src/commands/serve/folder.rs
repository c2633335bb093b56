use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bellpull_folder::{
    Folder, FolderTargets, JsonLines, LoadedFolder, Notifications, OnNotify, TargetIndex,
};
use bellpull_gateway::{Latch, Readiness};
use bellpull_plan::{Objects, ReceiverState};
use tokio::sync::watch;

use super::object_source::ObjectSource;
use super::on_notify;
use super::platform::{Platform, PlatformParts, PlatformPlugins};
use super::plugin_rings::{PluginRings, RingingNotifications, rung};
use crate::declared::place_of;
use crate::settings::ServeArgs;

/// Notifies by lines of JSON on stdout, and by the command of `--on-notify` if there is one.
pub(super) struct FolderPlatform;

impl Platform for FolderPlatform {
    type Targets = FolderTargets;
    type Patch = RingingNotifications;
    type Source = FolderObjectSource;
}

pub(super) fn watch(
    arguments: &ServeArgs,
    manifests: &Path,
    command: Option<OnNotify>,
    readiness: &mut Readiness,
) -> Result<PlatformParts<FolderPlatform>> {
    let attempt = on_notify::attempt(command.as_ref());
    let lines = JsonLines::new(io::stdout()).context("starting to write notifications")?;
    let targets = FolderTargets::new(
        Arc::new(TargetIndex::default()),
        !arguments.no_cross_namespace_refs,
    );
    let loaded = Folder::new(manifests)
        .watch()
        .with_context(|| format!("watching {}", manifests.display()))?;
    let rings = watch::Sender::new(PluginRings::new());
    Ok(PlatformParts {
        targets: targets.clone(),
        patch: RingingNotifications {
            notifications: Notifications::new(command, lines),
            rings: rings.clone(),
        },
        attempt,
        leader: None,
        access: None,
        plugins: plugins(arguments, manifests, loaded.clone(), rings.subscribe()),
        source: FolderObjectSource {
            loaded,
            now: Arc::default(),
            targets,
            read: readiness.latch("receivers"),
        },
    })
}

/// The ReceiverPlugins of a directory. Nobody takes what is known of them: the log and `bellpull plugins` tell it.
fn plugins(
    arguments: &ServeArgs,
    manifests: &Path,
    mut loaded: watch::Receiver<Arc<LoadedFolder>>,
    mut rings: watch::Receiver<PluginRings>,
) -> PlatformPlugins {
    let now = Arc::clone(&loaded.borrow_and_update().plugins);
    let (tell, declared) = watch::channel(now);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Ok(()) = loaded.changed() => {}
                Ok(()) = rings.changed() => {}
                else => return,
            }
            let now = Arc::clone(&loaded.borrow_and_update().plugins);
            tell.send_replace(rung(&now, &rings.borrow_and_update()));
        }
    });
    PlatformPlugins {
        place: place_of(manifests),
        own: arguments.cluster.own_namespace(""),
        declared,
        states: watch::Sender::new(Arc::default()),
    }
}

pub(super) struct FolderObjectSource {
    loaded: watch::Receiver<Arc<LoadedFolder>>,
    now: Arc<LoadedFolder>,
    targets: FolderTargets,
    read: Latch,
}

impl ObjectSource for FolderObjectSource {
    async fn changed(&mut self) -> bool {
        self.loaded.changed().await.is_ok()
    }

    fn objects(&mut self) -> Arc<Objects> {
        let before = Arc::clone(&self.now);
        self.now = Arc::clone(&self.loaded.borrow_and_update());
        // An error is logged once, whatever else changes.
        let errors = self.now.errors.iter();
        for error in errors.filter(|error| !before.errors.contains(error)) {
            tracing::error!(%error, "manifest");
        }
        Arc::clone(&self.now.objects)
    }

    fn synced(&self) -> bool {
        true
    }

    fn publishing(&mut self) {
        self.targets.replace(Arc::clone(&self.now.targets));
    }

    fn published(&mut self, _: &[Arc<ReceiverState>], settled: bool) {
        if settled {
            self.read.open();
        }
    }
}
