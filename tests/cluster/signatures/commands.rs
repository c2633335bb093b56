use std::fs;
use std::path::Path;
use std::sync::Arc;

use bellpull_egress::{RegistryHttp, RegistryHttpSettings};
use bellpull_registry::{Anonymous, ArtefactReference};
use bellpull_signature::BUNDLE_TYPE;
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::cluster::sigstore::SigstoreSignatures;
use bellpull_tests::hostile;
use bellpull_tests::serve::{run, said};

use super::{ALICE, ISSUER};

/// Pushes a component, and returns the artefact with its digest.
fn push(host: &str, folder: &Path) -> ArtefactReference {
    let file = folder.join("it.wasm");
    fs::write(&file, hostile::component("it", "")).unwrap();
    let artefact = format!("oci://{host}/acme/it:1");
    let file = file.to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&["push", file, &artefact, "--plain-http", host]));
    assert_eq!(code, Some(0), "{stderr}");
    stdout.trim().parse().expect("an artefact")
}

/// Attaches bundles to an artefact, as cosign does.
async fn attach(artefact: &ArtefactReference, bundles: Vec<Vec<u8>>) {
    let settings = RegistryHttpSettings {
        plain_http: vec![artefact.host().to_owned()],
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).unwrap();
    let registry = bellpull_registry::Registry::new(http, Arc::new(Anonymous), 1 << 20);
    for bundle in bundles {
        let attached = registry.attach(artefact, BUNDLE_TYPE, bundle.into(), &[]);
        attached.await.expect("attached");
    }
}

/// What `verify` says of an artefact, or why it refuses.
fn verify(artefact: &ArtefactReference, arguments: &[&str]) -> Result<String, String> {
    let (artefact, host) = (artefact.to_string(), artefact.host());
    let command = ["verify", &artefact, "--plain-http", host];
    match said(&run(&[&command, arguments].concat())) {
        (Some(0), stdout, _) => Ok(stdout),
        (code, _, stderr) => {
            assert_eq!(code, Some(1), "{arguments:?}: {stderr}");
            Err(stderr)
        }
    }
}

#[tokio::test]
async fn signatures_with_certificates_are_verified() {
    let registry = Registry::start().expect("a registry");
    let (host, folder) = (registry.host(), tempfile::tempdir().unwrap());
    let artefact = push(&host, folder.path());
    let signatures = SigstoreSignatures::of(artefact.digest().unwrap()).expect("signatures");
    let bundles = ["v1", "bob", "key-v2"].map(|name| signatures.bundle(name));
    attach(&artefact, bundles.to_vec()).await;
    let written = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let root = written("trusted_root.json", &signatures.trusted_root.to_string());
    let other = written("other.json", &signatures.other_trusted_root.to_string());
    let key = written("key.pub", &signatures.public_key);
    let [root, other] = [&root, &other].map(|file| ["--trusted-root", file.as_str()]);

    let issuer = ["--certificate-oidc-issuer", ISSUER];
    let alice = [["--certificate-identity", ALICE], issuer].concat();
    let expression = ["--certificate-identity-regexp", "[^@]+@example[.]com"];
    let all = [expression, issuer, ["--key", &key], ["--minimum", "3"]].concat();
    let logged = ["--key", &key, "--require-log-entry"];
    let alice_name = format!("{ALICE} ({ISSUER})");
    let all_names = format!("{alice_name}, bob@example.com ({ISSUER}), {key}");

    for (arguments, names) in [
        (&alice[..], &alice_name),
        (&all, &all_names),
        (&logged, &key),
    ] {
        let expected = Ok(format!("{artefact} is signed by {names}\n"));
        assert_eq!(verify(&artefact, &[arguments, &root].concat()), expected);
    }
    for (arguments, expected) in [
        (&alice[..], "its log is none of the trusted root"),
        (&all, "signed by 1 of those that count, 3 wanted"),
        (&logged, "has signed it, and no log proves it"),
    ] {
        let reason = verify(&artefact, &[arguments, &other].concat()).unwrap_err();
        assert!(reason.contains(expected), "{expected:?} is not in {reason}");
    }
}
