//! `bellpull plugins rollback`.

use serde_json::json;

use super::{PluginWorld, publisher, roll_back};
use crate::receiver_plugins::world::{IGNORED, NOTIFIED, but, signed, tagged};
use crate::receiver_plugins::{accepting, ignoring};

#[test]
fn what_has_served_is_gone_back_to_until_that_is_undone() {
    let (author, signer) = publisher("rollback");
    let world = PluginWorld::new("rollback");
    world.receives();
    let versions = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"];
    let artefacts = versions.map(|version| {
        let wasm = if version == "4.0.0" {
            accepting(version)
        } else {
            ignoring(version)
        };
        signed(&author, &signer, version, &wasm)
    });
    let [first, second, third, _] = artefacts
        .each_ref()
        .map(|artefact| artefact.digest.as_str());
    let served = world.serve(&[]);
    for version in versions {
        world.declares("acme", &tagged(&author, &signer, version));
        world.until("acme", version, |plugin| {
            plugin["status"]["artifact"]["version"] == version
        });
    }
    world.until_delivers(&served, NOTIFIED);

    let (code, told) = roll_back(&["acme"]);
    assert_eq!((code, told.contains(third)), (Some(0), true), "{told}");
    world.until_delivers(&served, IGNORED);
    world.until_ready("acme", "True", "Succeeded");
    let (code, told) = roll_back(&["acme", "--to", second]);
    assert_eq!((code, told.contains(second)), (Some(0), true), "{told}");
    world.until("acme", "the second", |plugin| {
        plugin["status"]["artifact"]["digest"] == second
    });
    let (code, told) = roll_back(&["acme", "--to", first]);
    assert_eq!(
        (code, told.contains("has not served")),
        (Some(1), true),
        "{told}"
    );
    let (code, told) = roll_back(&["acme", "--undo"]);
    assert_eq!(
        (code, told.contains("follows its source")),
        (Some(0), true),
        "{told}"
    );
    world.until_delivers(&served, NOTIFIED);
    let (code, told) = roll_back(&["nobody"]);
    assert_eq!((code, told.contains("nobody")), (Some(1), true), "{told}");
}

#[test]
fn an_object_that_takes_one_digest_is_not_rolled_back() {
    let (author, signer) = publisher("rollback-digest");
    let artefact = signed(&author, &signer, "1", &accepting("1.0.0"));
    let world = PluginWorld::new("rollback-digest");
    let digest = json!({"digest": artefact.digest});
    world.declares("acme", &but(tagged(&author, &signer, "1"), digest));
    let _served = world.serve(&[]);
    world.until_ready("acme", "True", "Succeeded");
    let (code, told) = roll_back(&["acme", "--to", &artefact.digest]);
    let expected = format!("takes {} alone: change digest", artefact.digest);
    assert_eq!((code, told.contains(&expected)), (Some(1), true), "{told}");
}
