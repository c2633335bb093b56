use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use super::{folder, receiver, receivers, unreadable, within, write};
use crate::{Folder, LoadedFolder};

async fn until(
    folder: &mut Receiver<Arc<LoadedFolder>>,
    what: impl Fn(&LoadedFolder) -> bool,
) -> Arc<LoadedFolder> {
    let found = within(folder.wait_for(|loaded| what(loaded))).await;
    Arc::clone(&found.unwrap())
}

fn serves(names: &'static [&str]) -> impl Fn(&LoadedFolder) -> bool {
    move |loaded| receivers(loaded) == names
}

fn watch(dir: &Path) -> Receiver<Arc<LoadedFolder>> {
    Folder::new(dir).watch().unwrap()
}

#[tokio::test]
async fn sees_what_is_written_renamed_broken_and_removed() {
    let dir = folder(&[("a.yaml", &receiver("a"))]);
    let mut watched = watch(dir.path());
    assert!(watched.has_changed().unwrap(), "the first one counts");
    until(&mut watched, serves(&["default/a"])).await;

    write(dir.path(), "new/b.yaml", &receiver("b"));
    until(&mut watched, serves(&["default/a", "default/b"])).await;
    write(dir.path(), "new/b.yaml", &receiver("c"));
    until(&mut watched, serves(&["default/a", "default/c"])).await;

    write(dir.path(), ".a.yaml.swp", &receiver("d"));
    fs::rename(dir.path().join(".a.yaml.swp"), dir.path().join("a.yaml")).unwrap();
    until(&mut watched, serves(&["default/d", "default/c"])).await;

    write(dir.path(), "a.yaml", "kind: [");
    let broken = until(&mut watched, |loaded| !loaded.errors.is_empty()).await;
    assert_eq!(receivers(&broken), ["default/c"]);
    assert_eq!(unreadable(&broken), ["default/d"]);

    fs::remove_file(dir.path().join("a.yaml")).unwrap();
    let gone = until(&mut watched, |loaded| loaded.errors.is_empty()).await;
    assert_eq!(unreadable(&gone), [""; 0]);
    assert_eq!(receivers(&gone), ["default/c"]);
}

#[tokio::test]
async fn reading_alone_is_no_change() {
    let dir = folder(&[("a.yaml", &receiver("a"))]);
    let mut watched = watch(dir.path());
    watched.mark_unchanged();
    let quiet = tokio::time::timeout(Duration::from_millis(2500), watched.changed()).await;
    assert!(quiet.is_err());
}

#[tokio::test]
async fn a_folder_may_vanish_and_come_back() {
    let dir = folder(&[("in/a.yaml", &receiver("a"))]);
    let inner = dir.path().join("in");
    let mut watched = watch(&inner);
    until(&mut watched, serves(&["default/a"])).await;

    fs::remove_dir_all(&inner).unwrap();
    until(&mut watched, |loaded| {
        loaded.objects.receivers.is_empty() && !loaded.errors.is_empty()
    })
    .await;
    write(&inner, "b.yaml", &receiver("b"));
    until(&mut watched, serves(&["default/b"])).await;
    write(&inner, "b.yaml", &receiver("c"));
    until(&mut watched, serves(&["default/c"])).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_mounted_config_map_is_swapped_whole() {
    use std::os::unix::fs::symlink;

    let dir = folder(&[
        ("..1/a.yaml", &receiver("a")),
        ("..1/b.yaml", &receiver("b")),
    ]);
    let at = |name: &str| dir.path().join(name);
    symlink("..1", at("..data")).unwrap();
    for name in ["a.yaml", "b.yaml"] {
        symlink(format!("..data/{name}"), at(name)).unwrap();
    }
    let mut watched = watch(dir.path());
    until(&mut watched, serves(&["default/a", "default/b"])).await;

    write(dir.path(), "..2/a.yaml", &receiver("c"));
    write(dir.path(), "..2/b.yaml", &receiver("d"));
    symlink("..2", at("..data_tmp")).unwrap();
    fs::rename(at("..data_tmp"), at("..data")).unwrap();
    fs::remove_dir_all(at("..1")).unwrap();
    let swapped = until(&mut watched, |loaded| {
        receivers(loaded) != ["default/a", "default/b"]
    })
    .await;
    assert_eq!(receivers(&swapped), ["default/c", "default/d"]);
    assert_eq!(swapped.errors, []);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_a_symlink_reaches_elsewhere_is_looked_at() {
    let elsewhere = folder(&[("a.yaml", &receiver("a"))]);
    let dir = folder(&[]);
    let link = dir.path().join("a.yaml");
    std::os::unix::fs::symlink(elsewhere.path().join("a.yaml"), link).unwrap();
    let mut watched = watch(dir.path());
    until(&mut watched, serves(&["default/a"])).await;
    write(elsewhere.path(), "a.yaml", &receiver("longer"));
    until(&mut watched, serves(&["default/longer"])).await;
}
