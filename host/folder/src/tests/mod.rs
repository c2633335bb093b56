mod command;
mod environment;
mod invalid;
mod json_lines;
mod targets;
mod unreadable;
mod valid;
mod watch;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{Acceptance, DeliveryId, Event, Notification, ReceiverId, Target, Timestamp};
use tempfile::TempDir;

use crate::{Folder, LoadedFolder};

/// How long a test waits for what should come. Every wait of these tests ends by this bound.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fails a test that hangs.
async fn within<T>(waiting: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, waiting).await;
    ended.unwrap_or_else(|_| panic!("nothing happened for {PATIENCE:?}"))
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    dir
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn load(files: &[(&str, &str)]) -> LoadedFolder {
    Folder::new(folder(files).path()).load()
}

/// The errors as they are shown, paths below the folder.
fn shown(dir: &Path, loaded: &LoadedFolder) -> Vec<String> {
    let root = format!("{}/", dir.display());
    loaded
        .errors
        .iter()
        .map(|error| error.to_string().replace(&root, ""))
        .collect()
}

fn receivers(loaded: &LoadedFolder) -> Vec<String> {
    let receivers = &loaded.objects.receivers;
    receivers.iter().map(|r| r.id.to_string()).collect()
}

fn unreadable(loaded: &LoadedFolder) -> Vec<String> {
    let unreadable = &loaded.objects.unreadable;
    unreadable.iter().map(|one| one.id.to_string()).collect()
}

fn receiver(name: &str) -> String {
    format!(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {{name: {name}}}\n\
         spec: {{type: github, resources: [], secretRef: {{name: token}}}}\n"
    )
}

fn notification(second: i64) -> Arc<Notification> {
    let event = Event {
        kind: "push\n".to_owned(),
        ..Event::default()
    };
    Arc::new(notification_of(second, event))
}

fn notification_of(second: i64, told: impl Into<Acceptance>) -> Notification {
    let acceptance = Arc::new(told.into());
    Notification {
        delivery: DeliveryId::generate(),
        received: Timestamp::from_second(second).unwrap(),
        receiver: ReceiverId::new("apps", "web"),
        provider: "github".to_owned(),
        selected: acceptance.all(),
        acceptance,
        min_interval: None,
        trace: None,
        room: None,
    }
}

fn target() -> Target {
    Target {
        api_version: "source.toolkit.fluxcd.io/v1".to_owned(),
        kind: "GitRepository".to_owned(),
        namespace: "apps".to_owned(),
        name: "web".to_owned(),
    }
}
