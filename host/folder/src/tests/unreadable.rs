use std::fs;

use super::{folder, receiver, receivers, shown, unreadable, write};
use crate::Folder;

#[test]
fn what_a_broken_file_held_is_unreadable_and_what_a_lost_one_held_is_gone() {
    let both = format!("{}---\n{}", receiver("one"), receiver("two"));
    let dir = folder(&[("a.yaml", &both), ("b.yaml", &receiver("b"))]);
    let mut held = Folder::new(dir.path());
    assert_eq!(
        receivers(&held.load()),
        ["default/one", "default/two", "default/b"]
    );

    write(dir.path(), "a.yaml", "kind: [");
    for _ in 0..2 {
        let loaded = held.load();
        assert_eq!(receivers(&loaded), ["default/b"]);
        assert_eq!(unreadable(&loaded), ["default/one", "default/two"]);
    }

    write(dir.path(), "c.yaml", &receiver("two"));
    let loaded = held.load();
    assert_eq!(receivers(&loaded), ["default/b", "default/two"]);
    assert_eq!(unreadable(&loaded), ["default/one"], "two is elsewhere now");

    write(dir.path(), "a.yaml", &receiver("one"));
    assert_eq!(unreadable(&held.load()), [""; 0]);

    fs::remove_file(dir.path().join("a.yaml")).unwrap();
    let loaded = held.load();
    assert_eq!(receivers(&loaded), ["default/b", "default/two"]);
    assert_eq!(unreadable(&loaded), [""; 0]);
}

#[test]
fn a_folder_that_is_away_leaves_its_receivers_unreadable() {
    let dir = folder(&[("in/a.yaml", &receiver("a"))]);
    let inner = dir.path().join("in");
    let mut held = Folder::new(&inner);
    held.load();
    fs::rename(&inner, dir.path().join("away")).unwrap();
    let loaded = held.load();
    assert_eq!(
        shown(dir.path(), &loaded),
        ["in: cannot be read: No such file or directory (os error 2)"]
    );
    assert_eq!(unreadable(&loaded), ["default/a"]);
    fs::rename(dir.path().join("away"), &inner).unwrap();
    assert_eq!(receivers(&held.load()), ["default/a"]);
}

#[test]
fn a_file_in_place_of_a_folder_is_named() {
    let dir = folder(&[("a.yaml", "")]);
    let loaded = Folder::new(dir.path().join("a.yaml")).load();
    assert_eq!(
        shown(dir.path(), &loaded),
        ["a.yaml: is not a directory: name the one that holds it"]
    );
}
