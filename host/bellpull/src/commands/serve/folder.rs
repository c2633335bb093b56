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

use super::backend::{Backend, Place};
use super::on_notify;
use super::publish::Source;
use crate::settings::ServeArgs;

/// A directory: notifications are lines of JSON, and a command where there is one.
pub(super) struct InFolder;

impl Place for InFolder {
    type Targets = FolderTargets;
    type Patch = Notifications;
    type Source = Manifests;
}

/// Watches a directory.
pub(super) fn backend(
    arguments: &ServeArgs,
    manifests: &Path,
    command: Option<OnNotify>,
    readiness: &mut Readiness,
) -> Result<Backend<InFolder>> {
    let attempt = on_notify::attempt(command.as_ref());
    let lines = JsonLines::new(io::stdout()).context("starting to write notifications")?;
    let targets = FolderTargets::new(
        Arc::new(TargetIndex::default()),
        !arguments.no_cross_namespace_refs,
    );
    let loaded = Folder::new(manifests)
        .watch()
        .with_context(|| format!("watching {}", manifests.display()))?;
    Ok(Backend {
        targets: targets.clone(),
        patch: Notifications::new(command, lines),
        attempt,
        source: Manifests {
            loaded,
            now: Arc::default(),
            targets,
            read: readiness.latch("receivers"),
        },
    })
}

/// The manifests of a directory.
pub(super) struct Manifests {
    loaded: watch::Receiver<Arc<LoadedFolder>>,
    now: Arc<LoadedFolder>,
    targets: FolderTargets,
    read: Latch,
}

impl Source for Manifests {
    async fn changed(&mut self) -> bool {
        self.loaded.changed().await.is_ok()
    }

    fn objects(&mut self) -> Arc<Objects> {
        let before = Arc::clone(&self.now);
        self.now = Arc::clone(&self.loaded.borrow_and_update());
        // What else has changed does not make it news.
        let news = self.now.errors.iter();
        for error in news.filter(|error| !before.errors.contains(error)) {
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
