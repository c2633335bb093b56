//! A registry of the kit, which has one artefact and says of it what a test wants.

use bellpull_engine::Digest;
use bellpull_registry::{ArtefactFacts, PackedArtefact};
use bellpull_tests::https::{Reply, Server};
use serde_json::{Value, json};

use super::accepting;

pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The artefact of one component, as a registry has it under `acme/a:1`.
pub(super) struct Artefact {
    pub(super) wasm: Vec<u8>,
    config: Vec<u8>,
    pub(super) manifest: String,
}

impl Artefact {
    pub(super) fn new() -> Self {
        Self::exporting("bellpull:provider/guest@0.1.0")
    }

    /// The same, whose config says that it exports this.
    pub(super) fn exporting(export: &str) -> Self {
        let wasm = accepting("1.0.0");
        let facts = ArtefactFacts {
            created: "2026-01-01T00:00:00Z".to_owned(),
            imports: vec!["bellpull:provider/types@0.1.0".to_owned()],
            exports: vec![export.to_owned()],
            ..ArtefactFacts::default()
        };
        let packed = PackedArtefact::of(&wasm, &facts).unwrap();
        Self {
            wasm,
            config: packed.config,
            manifest: String::from_utf8(packed.manifest).unwrap(),
        }
    }

    /// The same with another text in its manifest.
    pub(super) fn but(mut self, from: &str, to: &str) -> Self {
        assert!(
            self.manifest.contains(from),
            "{from} is not in {}",
            self.manifest
        );
        self.manifest = self.manifest.replace(from, to);
        self
    }

    pub(super) fn digest(&self) -> String {
        Digest::of(self.manifest.as_bytes()).to_string()
    }

    pub(super) fn layer(&self) -> String {
        Digest::of(&self.wasm).to_string()
    }

    pub(super) fn reply(&self, target: &str) -> Reply {
        if target.contains("/manifests/") {
            return Reply::ok(self.manifest.clone()).with("content-type", MANIFEST);
        }
        match target.ends_with(&self.layer()) {
            true => Reply::ok(self.wasm.clone()),
            false => Reply::ok(self.config.clone()),
        }
    }
}

/// The host of a registry, as objects name it.
pub(super) fn host(server: &Server) -> String {
    format!("localhost:{}", server.port())
}

/// A spec that takes this digest from a host without TLS.
pub(super) fn spec(host: &str, digest: &str) -> Value {
    json!({
        "source": {"oci": {"url": format!("oci://{host}/acme/a"), "tag": "1", "insecure": true}},
        "digest": digest,
        "providers": ["acme"],
    })
}

/// A registry with this artefact, but for some answers.
pub(super) fn lying(
    artefact: Artefact,
    lie: impl Fn(&str) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    let answer = move |target: &str| lie(target).unwrap_or_else(|| artefact.reply(target));
    Server::start(None, answer).unwrap()
}
