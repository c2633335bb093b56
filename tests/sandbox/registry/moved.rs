//! A tag that moves while an artefact is pulled.

use std::sync::atomic::{AtomicUsize, Ordering};

use bellpull_egress::RegistryTimes;
use bellpull_tests::https::{Reply, Server};

use super::{Honest, MANIFEST, WASM, client, pull};

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_asked_for_once() {
    let (honest, asked) = (Honest::new(), AtomicUsize::new(0));
    let digest = honest.digest.clone();
    let answer = move |target: &str| match target.ends_with("/manifests/1") {
        true if asked.fetch_add(1, Ordering::SeqCst) > 0 => Reply::status(404, ""),
        _ => honest.reply(target),
    };
    let server = Server::start(None, answer).unwrap();
    let pulled = pull(&[&server], ":1", None).await.unwrap();
    let found = (pulled.wasm.as_slice(), pulled.reference.digest());
    assert_eq!(found, (WASM, Some(digest.as_str())));
    let asked = server.asked();
    let of_tag = asked.iter().filter(|target| target.ends_with("/1"));
    assert_eq!(of_tag.count(), 1, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pinned_is_pulled_or_nothing() {
    let (honest, asked) = (Honest::new(), AtomicUsize::new(0));
    let moved = String::from_utf8(honest.manifest.clone()).unwrap();
    let moved = moved.replace(r#""a":"b""#, r#""a":"c""#);
    let digest = honest.digest.clone();
    let answer = move |target: &str| {
        let is_manifest = target.contains("/manifests/");
        match is_manifest && asked.fetch_add(1, Ordering::SeqCst) > 0 {
            true => Reply::ok(moved.clone()).with("content-type", MANIFEST),
            false => honest.reply(target),
        }
    };
    let server = Server::start(None, answer).unwrap();
    let (registry, tagged) = client(&[&server], ":1", None, RegistryTimes::default());
    let pinned = registry.pin(&tagged).await.unwrap();
    assert_eq!(pinned.digest(), Some(digest.as_str()));
    let error = registry.pull(&pinned).await.unwrap_err().to_string();
    let expected = format!("{pinned} is not what was asked for: its digest is sha256:");
    assert!(error.contains(&expected), "{expected:?} is not in {error}");
}
