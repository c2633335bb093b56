//! Registries that lie, fail or never end: what is told of each, and that the others serve on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bellpull_tests::cluster::artefacts::{Author, Signer};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::https::{Reply, Server};

use super::one_artefact::{Artefact, MANIFEST, host, lying, spec};
use super::unserved::{none_serves, unserved};
use super::world::{
    FolderWorld, IGNORED, NOTIFIED, deliver, delivers, signed, tagged, until_delivers,
    until_problem,
};
use super::{accepting, ignoring};

/// The flags that let these hosts be asked by http.
fn plain_http(hosts: &[String]) -> Vec<&str> {
    let flags = hosts.iter().map(|host| ["--plain-http", host]);
    flags.flatten().collect()
}

#[test]
fn an_artefact_that_lies_of_itself_does_not_serve() {
    let artefact = Artefact::new;
    let size = format!(r#""size":{}"#, artefact().wasm.len());
    let layer = format!(
        r#"{{"mediaType":"application/wasm","digest":"{}"#,
        artefact().layer()
    );
    let digest = artefact().digest();
    let two = format!(r#"{{"mediaType":"a/b","digest":"{digest}","size":1}},{layer}"#);
    let lies = [
        (
            "config",
            Artefact::exporting("acme:other/export@1.0.0"),
            "acme:other/export@1.0.0",
        ),
        ("layers", artefact().but(&layer, &two), "it has 2 layers"),
        (
            "huge",
            artefact().but(&size, r#""size":10737418240"#),
            "its layer has 10737418240 bytes",
        ),
    ];
    let (mut registries, mut hosts, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for (name, artefact, part) in lies {
        let digest = artefact.digest();
        let registry = lying(artefact, |_| None);
        cases.push(unserved(
            name,
            spec(&host(&registry), &digest),
            "ComponentInvalid",
            part,
        ));
        hosts.push(host(&registry));
        registries.push(registry);
    }
    none_serves(&FolderWorld::new(), &plain_http(&hosts), &cases);
}

#[test]
fn a_registry_that_does_not_give_what_it_has_is_told() {
    let digest = Artefact::new().digest();
    let moved = Artefact::new().manifest + " ";
    let asked = AtomicUsize::new(0);
    let moving = lying(Artefact::new(), move |target| {
        let again = target.contains("/manifests/") && asked.fetch_add(1, Ordering::SeqCst) > 0;
        again.then(|| Reply::ok(moved.clone()).with("content-type", MANIFEST))
    });
    let busy = lying(Artefact::new(), |_| {
        Some(Reply::status(429, "").with("retry-after", "1"))
    });
    let hosts = [host(&moving), host(&busy), "127.0.0.1:1".to_owned()];
    let failed =
        |name, host: &str, part: &str| unserved(name, spec(host, &digest), "PullFailed", part);
    let cases = [
        failed(
            "moving",
            &hosts[0],
            "is not what was asked for: its digest is sha256:",
        ),
        failed("busy", &hosts[1], "429"),
        failed("nowhere", &hosts[2], &hosts[2]),
    ];
    none_serves(&FolderWorld::new(), &plain_http(&hosts), &cases);
}

#[test]
fn neighbours_serve_and_follow_their_registry_beside_registries_that_never_end() {
    let (author, signer) = (
        Author::new(Registry::shared(), "lies/neighbour"),
        Signer::new(),
    );
    signed(&author, &signer, "1", &accepting("1.0.0"));
    // At the least rate that is taken, a layer of 8 MiB takes longer than any wait of these tests.
    let size = format!(r#""size":{}"#, Artefact::new().wasm.len());
    let large = Artefact::new().but(&size, &format!(r#""size":{}"#, 8 << 20));
    let (digest, layer) = (large.digest(), large.layer());
    let of_layer = layer.clone();
    let slow = lying(large, move |target| {
        let drip = || Reply::ok(vec![0; 8 << 20]).dripping(Duration::from_secs(1));
        target.ends_with(&of_layer).then(drip)
    });
    let silent = lying(Artefact::new(), |_| Some(Reply::Silence));
    let world = FolderWorld::new();
    world.declares("acme", &tagged(&author, &signer, "1"));
    world.rings("ring", "acme");
    let (slow_host, silent_host) = (host(&slow), host(&silent));
    let served = world.serve(&["--plain-http", &slow_host, "--plain-http", &silent_host]);
    delivers(&served, "mine", NOTIFIED);

    // As many as pull at once, and more.
    for number in 0..4 {
        world.declares(&format!("slow-{number}"), &spec(&slow_host, &digest));
        world.declares(&format!("silent-{number}"), &spec(&silent_host, &digest));
    }
    served.until("pulling slowly", || {
        slow.asked().iter().any(|target| target.ends_with(&layer)) && silent.asked().len() >= 4
    });
    signed(&author, &signer, "1", &ignoring("1.0.1"));
    served.until("ringing", || deliver(&served, "ring").0 < 300);
    until_delivers(&served, "mine", IGNORED);
}

#[test]
fn a_tag_that_flaps_is_asked_for_a_few_times() {
    let (first, second) = (
        Artefact::new(),
        Artefact::new().but(r#""annotations":{}}"#, r#""annotations":{"a":"b"}}"#),
    );
    let digest = first.digest();
    let asked = AtomicUsize::new(0);
    let flapping = Server::start(None, move |target| {
        let is_tag = target.ends_with("/manifests/1");
        match is_tag && asked.fetch_add(1, Ordering::SeqCst) % 2 == 1 {
            true => second.reply(target),
            false => first.reply(target),
        }
    })
    .unwrap();
    let world = FolderWorld::new();
    world.declares("acme", &spec(&host(&flapping), &digest));
    world.rings("ring", "acme");
    let served = world.serve(&["--plain-http", &host(&flapping)]);
    delivers(&served, "mine", NOTIFIED);
    for _ in 0..200 {
        deliver(&served, "ring");
    }
    until_problem(&served, "acme", "VerificationFailed", "and digest names");
    delivers(&served, "mine", NOTIFIED);
    let of_tag = flapping.asked();
    let of_tag = of_tag
        .iter()
        .filter(|target| target.ends_with("/manifests/1"));
    let count = of_tag.count();
    assert!(count < 100, "the tag was asked for {count} times");
}
