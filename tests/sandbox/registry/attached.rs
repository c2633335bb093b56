//! What is attached to an artefact.

use std::sync::Arc;

use bellpull_engine::Digest;
use bellpull_registry::{ArtefactReference, Registry};
use bellpull_tests::https::{Reply, Server};
use serde_json::{Value, json};

use super::{Always, LIMIT, MANIFEST, http};

const SUBJECT: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const WANTED: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A manifest with one layer of this type and size.
fn manifest(kind: &str, content: &[u8], size: usize) -> String {
    let digest = Digest::of(content).to_string();
    let empty = Digest::of(b"{}").to_string();
    json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": empty, "size": 2},
        "layers": [{"mediaType": kind, "digest": digest, "size": size}],
    })
    .to_string()
}

/// A server that lists these manifests at a path, and has them and the contents.
fn server(list: &'static str, manifests: Vec<String>, contents: Vec<&'static [u8]>) -> Server {
    let entry = |text: &String| -> Value {
        let digest = Digest::of(text.as_bytes()).to_string();
        json!({"mediaType": MANIFEST, "digest": digest, "size": text.len()})
    };
    let entries: Vec<Value> = manifests.iter().map(entry).collect();
    let index = json!({"schemaVersion": 2, "manifests": entries}).to_string();
    Server::start(None, move |target| {
        if target == list {
            return Reply::ok(index.clone());
        }
        let named = |bytes: &[u8]| target.ends_with(&Digest::of(bytes).to_string());
        if let Some(text) = manifests.iter().find(|text| named(text.as_bytes())) {
            return Reply::ok(text.clone()).with("content-type", MANIFEST);
        }
        match contents.iter().find(|content| named(content)) {
            Some(content) => Reply::ok(*content),
            None => Reply::status(404, ""),
        }
    })
    .unwrap()
}

async fn attached(server: &Server) -> Vec<Vec<u8>> {
    let host = format!("localhost:{}", server.port());
    let http = http(vec![host.clone()]);
    let registry = Registry::new(http, Arc::new(Always(None)), LIMIT);
    let artefact: ArtefactReference = format!("oci://{host}/acme/a@{SUBJECT}").parse().unwrap();
    registry.attached(&artefact, WANTED, 1 << 20).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_referrers_is_asked_before_the_tag() {
    let lists = [
        "/v2/acme/a/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "/v2/acme/a/manifests/sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ];
    for list in lists {
        let server = server(list, vec![manifest(WANTED, b"one", 3)], vec![b"one"]);
        assert_eq!(attached(&server).await, [b"one"], "{list}");
        assert_eq!(
            server.asked().contains(&lists[1].to_owned()),
            list == lists[1]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_another_type_or_too_large_is_left_aside() {
    let list = "/v2/acme/a/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let manifests = vec![
        manifest("application/spdx+json", b"other", 5),
        manifest(WANTED, b"large", 2 << 20),
        manifest(WANTED, b"one", 3),
        "no manifest".to_owned(),
    ];
    let server = server(list, manifests, vec![b"other", b"large", b"one"]);
    assert_eq!(attached(&server).await, [b"one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_are_looked_at() {
    let list = "/v2/acme/a/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let manifests = vec![manifest(WANTED, b"one", 3); 500];
    let server = server(list, manifests, vec![b"one"]);
    assert_eq!(attached(&server).await.len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_together_have_a_bound() {
    static LARGE: [u8; 1 << 20] = [0; 1 << 20];
    let list = "/v2/acme/a/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let manifests = vec![manifest(WANTED, &LARGE, LARGE.len()); 40];
    let server = server(list, manifests, vec![&LARGE]);
    assert_eq!(attached(&server).await.len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artefact_with_nothing_attached_has_nothing() {
    let server = server("/nowhere", Vec::new(), Vec::new());
    assert_eq!(attached(&server).await, [[0_u8; 0]; 0]);
}
