use bellpull_engine::Digest;
use bellpull_tests::https::{Reply, Server};

use super::{Honest, MANIFEST, WASM, pull};

/// What a lie is about, the answer to some of the requests, and what must be said of it.
struct Lie {
    name: &'static str,
    tell: fn(&Honest, &str) -> Option<Reply>,
    told: &'static str,
}

fn blob(target: &str) -> bool {
    target.ends_with(&Digest::of(WASM).to_string())
}

fn manifest(target: &str) -> bool {
    target.contains("/manifests/")
}

fn index(entries: usize, digest: &str) -> Reply {
    let entry = format!(
        r#"{{"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 1,
            "digest": "{digest}", "platform": {{"architecture": "wasm", "os": "wasip2"}}}}"#
    );
    let entries = vec![entry; entries].join(",");
    let kind = "application/vnd.oci.image.index.v1+json";
    let index =
        format!(r#"{{"schemaVersion": 2, "mediaType": "{kind}", "manifests": [{entries}]}}"#);
    Reply::ok(index).with("content-type", kind)
}

/// The layer as `gzip` compresses it.
const COMPRESSED: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x63\x48\x2c\xce\xe5\x65\x60\x64\xb0\x52\
    \xc8\xcf\xcb\xa9\x54\xc8\x2c\x29\x56\x48\xaa\x2c\x49\x2d\x56\x48\xce\x2f\xcd\x2b\
    \x51\xc8\x48\x2d\x4a\x05\x00\x92\x2a\xc2\xc5\x23\x00\x00\x00";

/// What a client that asks for no compression must take as it is.
fn compressed() -> Reply {
    Reply::ok(COMPRESSED).with("content-encoding", "gzip")
}

const LIES: &[Lie] = &[
    Lie {
        name: "a layer of other bytes",
        tell: |_, target| {
            let mut other = WASM.to_vec();
            other.reverse();
            blob(target).then(|| Reply::ok(other))
        },
        told: "is not what was asked for: its digest is sha256:",
    },
    Lie {
        name: "a layer that goes on",
        tell: |_, target| blob(target).then(|| Reply::ok(WASM.repeat(1000)).in_chunks()),
        told: "it has more than",
    },
    Lie {
        name: "half a layer",
        tell: |_, target| blob(target).then(|| Reply::ok(&WASM[..10])),
        told: "only 10 of",
    },
    Lie {
        name: "two layers",
        tell: |honest, target| {
            let layer = format!(
                r#"{{"mediaType":"application/wasm","digest":"{}"#,
                Digest::of(WASM)
            );
            let twice = format!(
                r#"{{"mediaType":"a/b","digest":"{}","size":1}},{layer}"#,
                honest.digest
            );
            manifest(target).then(|| honest.manifest_but(&layer, &twice))
        },
        told: "it has 2 layers",
    },
    Lie {
        name: "a layer of another type",
        tell: |honest, target| {
            let (from, to) = (
                r#""layers":[{"mediaType":"application/wasm""#,
                r#""layers":[{"mediaType":"text/plain""#,
            );
            manifest(target).then(|| honest.manifest_but(from, to))
        },
        told: "its layer is text/plain",
    },
    Lie {
        name: "a layer of 10 GiB",
        tell: |honest, target| {
            let size = format!(r#""size":{}"#, WASM.len());
            manifest(target).then(|| honest.manifest_but(&size, r#""size":10737418240"#))
        },
        told: "its layer has 10737418240 bytes, at most 1048576 are taken",
    },
    Lie {
        name: "a manifest without an end",
        tell: |_, target| manifest(target).then(|| Reply::ok(vec![b' '; 5 << 20]).in_chunks()),
        told: "the answer is longer than 4194304 bytes",
    },
    Lie {
        name: "a manifest that is no JSON",
        tell: |_, target| manifest(target).then(|| Reply::ok("<html>")),
        told: "its manifest cannot be read",
    },
    Lie {
        name: "a manifest for several platforms",
        tell: |honest, target| target.ends_with("/1").then(|| index(2, &honest.digest)),
        told: "it is a list of 2 manifests, of which 2 are for WebAssembly",
    },
    Lie {
        name: "a manifest for ten thousand platforms",
        tell: |honest, target| {
            target
                .ends_with("/1")
                .then(|| index(10_000, &honest.digest))
        },
        told: "it is a list of 10000 manifests, of which 10000 are for WebAssembly",
    },
    Lie {
        name: "a page for people",
        tell: |_, target| {
            let page = Reply::ok("<html>Sign in</html>").with("content-type", "text/html");
            manifest(target).then_some(page)
        },
        told: r#"its manifest cannot be read: it is "text/html", and"#,
    },
    Lie {
        name: "a page for people instead of the layer",
        tell: |_, target| blob(target).then(|| Reply::ok("<html>Sign in</html>")),
        told: "only 20 of",
    },
    Lie {
        name: "a compressed manifest",
        tell: |_, target| manifest(target).then(|| compressed().with("content-type", MANIFEST)),
        told: "its manifest cannot be read: it is",
    },
    Lie {
        name: "a compressed layer, which nobody inflates",
        tell: |_, target| blob(target).then(compressed),
        told: "is not what was asked for: it has more than",
    },
    Lie {
        name: "a list of itself",
        tell: |honest, target| manifest(target).then(|| index(1, &honest.digest)),
        told: "is not what was asked for: its digest is",
    },
    Lie {
        name: "a config of another layer",
        tell: |honest, target| {
            let config = String::from_utf8(honest.config.clone()).unwrap();
            let digest = Digest::of(WASM).to_string();
            let other = config.replace(&digest, &Digest::of(b"other").to_string());
            let [from, to] = [honest.config.as_slice(), other.as_bytes()].map(Digest::of);
            if manifest(target) {
                return Some(honest.manifest_but(&from.to_string(), &to.to_string()));
            }
            (!blob(target)).then(|| Reply::ok(other))
        },
        told: "its config is not what the component is: it is of the layers",
    },
    Lie {
        name: "a storage at a metadata address",
        tell: |_, target| {
            let there = "http://169.254.169.254/latest/meta-data/";
            blob(target).then(|| Reply::status(307, "").with("location", there))
        },
        told: "169.254.169.254",
    },
    Lie {
        name: "a storage at a link-local address",
        tell: |_, target| {
            let there = "https://[fe80::1]/blob";
            blob(target).then(|| Reply::status(307, "").with("location", there))
        },
        told: "fe80::1 is link-local, reserved or a cloud's metadata: never asked",
    },
    Lie {
        name: "a storage at a metadata address with TLS",
        tell: |_, target| {
            let there = "https://169.254.169.254/latest/meta-data/";
            blob(target).then(|| Reply::status(307, "").with("location", there))
        },
        told: "169.254.169.254 is link-local, reserved or a cloud's metadata: never asked",
    },
    Lie {
        name: "a manifest at a metadata address",
        tell: |_, target| {
            let there = "https://100.100.100.200/";
            manifest(target).then(|| Reply::status(302, "").with("location", there))
        },
        told: "100.100.100.200 is link-local, reserved or a cloud's metadata: never asked",
    },
    Lie {
        name: "a storage without TLS",
        tell: |_, target| {
            let there = "http://storage.example/blob";
            blob(target).then(|| Reply::status(307, "").with("location", there))
        },
        told: "storage.example is asked by https only",
    },
    Lie {
        name: "a storage that is nowhere",
        tell: |_, target| blob(target).then(|| Reply::status(307, "").with("location", target)),
        told: "more than 4 redirections",
    },
    Lie {
        name: "a redirection to no place",
        tell: |_, target| blob(target).then(|| Reply::status(307, "")),
        told: "without a location",
    },
    Lie {
        name: "an error of a thousand words",
        tell: |_, target| {
            let long = "word ".repeat(1000);
            let body = format!(r#"{{"errors": [{{"code": "DENIED", "message": "{long}"}}]}}"#);
            manifest(target).then(|| Reply::status(403, body))
        },
        told: "refuses pull: DENIED word word",
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_registry_is_believed() {
    let honest = Honest::new();
    let digest = honest.digest.clone();
    let server = Server::start(None, move |target| honest.reply(target)).unwrap();
    for version in [":1".to_owned(), format!("@{digest}")] {
        let pulled = pull(&[&server], &version, None).await.unwrap();
        assert_eq!(pulled.wasm, WASM, "{version}");
        assert_eq!(
            pulled.reference.digest(),
            Some(digest.as_str()),
            "{version}"
        );
        assert_eq!(pulled.annotations["a"], "b", "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_is_told() {
    for Lie { name, tell, told } in LIES {
        let honest = Honest::new();
        let answer =
            move |target: &str| tell(&honest, target).unwrap_or_else(|| honest.reply(target));
        let server = Server::start(None, answer).unwrap();
        let error = pull(&[&server], ":1", None)
            .await
            .expect_err(name)
            .to_string();
        assert!(error.contains(told), "{name}: {told:?} is not in {error}");
        assert!(error.len() < 1000, "{name}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_is_not_of_its_digest_is_refused() {
    let honest = Honest::new();
    let pinned = format!("@{}", honest.digest);
    let size = format!(r#""size":{}"#, WASM.len());
    let answer = move |_: &str| honest.manifest_but(&size, r#""size":1"#);
    let server = Server::start(None, answer).unwrap();
    let error = pull(&[&server], &pinned, None)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("its digest is sha256:"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_leads_to_its_one_manifest_for_webassembly() {
    let honest = Honest::new();
    let digest = honest.digest.clone();
    let answer = move |target: &str| match target.ends_with("/manifests/1") {
        true => index(1, &honest.digest),
        false => honest.reply(target),
    };
    let server = Server::start(None, answer).unwrap();
    let pulled = pull(&[&server], ":1", None).await.unwrap();
    assert_eq!(pulled.reference.digest(), Some(digest.as_str()));
}

/// `oras push` writes an empty config (oras 1.2; OCI image-spec, "Guidance for an Empty Descriptor").
#[tokio::test(flavor = "multi_thread")]
async fn an_artefact_without_a_config_of_webassembly_is_taken() {
    let honest = Honest::new();
    let kind = "application/vnd.wasm.config.v0+json";
    let answer = move |target: &str| match manifest(target) {
        true => honest.manifest_but(kind, "application/vnd.oci.empty.v1+json"),
        false => honest.reply(target),
    };
    let server = Server::start(None, answer).unwrap();
    assert_eq!(pull(&[&server], ":1", None).await.unwrap().wasm, WASM);
}
