//! Artefacts of a registry that lies. The honest one is in the cluster class.

mod attached;
mod elsewhere;
mod endless;
mod flags;
mod interrupted;
mod lies;
mod moved;
mod recorded;
mod signatures;
mod signing_in;
mod slow;
mod tags;
mod tls;

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_egress::{RegistryHttp, RegistryHttpSettings, RegistryTimes};
use bellpull_registry::{
    ArtefactFacts, ArtefactReference, CredentialSource, PackedArtefact, PulledComponent, Registry,
    RegistryCredential, RegistryError,
};
use bellpull_tests::https::{Reply, Server};

/// Largest component that the client takes.
const LIMIT: u64 = 1 << 20;
const WASM: &[u8] = b"\0asm\x0d\0\x01\0: only its bytes count here";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What an honest registry has.
struct Honest {
    config: Vec<u8>,
    manifest: Vec<u8>,
    digest: String,
}

impl Honest {
    fn new() -> Self {
        let facts = ArtefactFacts {
            created: "2026-01-01T00:00:00Z".to_owned(),
            annotations: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
            ..ArtefactFacts::default()
        };
        let packed = PackedArtefact::of(WASM, &facts).unwrap();
        Self {
            digest: packed.digest(),
            config: packed.config,
            manifest: packed.manifest,
        }
    }

    fn reply(&self, target: &str) -> Reply {
        let layer = bellpull_engine::Digest::of(WASM).to_string();
        match target {
            "/v2/acme/a/manifests/1" => self.manifest_reply(),
            _ if target.ends_with(&self.digest) => self.manifest_reply(),
            _ if target.ends_with(&layer) => Reply::ok(WASM),
            _ if target.starts_with("/v2/acme/a/blobs/") => Reply::ok(self.config.clone()),
            _ => Reply::status(404, r#"{"errors": [{"code": "NAME_UNKNOWN"}]}"#),
        }
    }

    fn manifest_reply(&self) -> Reply {
        Reply::ok(self.manifest.clone()).with("content-type", MANIFEST)
    }

    /// The manifest with some text replaced.
    fn manifest_but(&self, from: &str, to: &str) -> Reply {
        let text = String::from_utf8(self.manifest.clone()).unwrap();
        assert!(text.contains(from), "{text} has no {from}");
        Reply::ok(text.replace(from, to)).with("content-type", MANIFEST)
    }
}

/// One credential for every host.
struct Always(Option<RegistryCredential>);

impl CredentialSource for Always {
    fn credential(&self, _: &str) -> Result<Option<RegistryCredential>, String> {
        Ok(self.0.clone())
    }

    fn advice(&self) -> &'static str {
        "there is none in a test"
    }
}

/// A client that asks these hosts by http.
fn http(plain_http: Vec<String>) -> RegistryHttp {
    let settings = RegistryHttpSettings {
        plain_http,
        ..RegistryHttpSettings::default()
    };
    RegistryHttp::new(settings).unwrap()
}

/// A client of some servers that speak http, and a version of `acme/a` at the first of them.
fn client(
    servers: &[&Server],
    version: &str,
    credential: Option<RegistryCredential>,
    times: RegistryTimes,
) -> (Registry, ArtefactReference) {
    let hosts = servers
        .iter()
        .map(|server| format!("localhost:{}", server.port()));
    let hosts: Vec<String> = hosts.collect();
    let reference = format!("oci://{}/acme/a{version}", hosts[0]);
    let settings = RegistryHttpSettings {
        plain_http: hosts,
        times,
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).unwrap();
    let registry = Registry::new(http, Arc::new(Always(credential)), LIMIT);
    (registry, reference.parse().unwrap())
}

/// Pulls `acme/a` from the first of some servers that speak http.
async fn pull(
    servers: &[&Server],
    version: &str,
    credential: Option<RegistryCredential>,
) -> Result<PulledComponent, RegistryError> {
    let (registry, reference) = client(servers, version, credential, RegistryTimes::default());
    registry.pull(&reference).await
}
