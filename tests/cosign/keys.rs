use std::fs;

use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use bellpull_tests::serve::{run, said};

use super::{PASSWORD, cosign};

#[test]
fn what_one_signs_with_a_key_the_other_verifies() {
    let registry = Registry::start().expect("a registry");
    let (host, folder) = (registry.host(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let cosign = |arguments: &[&str]| {
        let (code, _, stderr) = said(&cosign(folder.path(), arguments));
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
    };
    let bellpull = |arguments: &[&str]| {
        let (code, stdout, stderr) = said(&run(&[arguments, &["--plain-http", &host]].concat()));
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        stdout.trim().to_owned()
    };
    cosign(&["generate-key-pair"]);
    let [private, public, password, root, component] = [
        "cosign.key",
        "cosign.pub",
        "password",
        "root.json",
        "it.wasm",
    ]
    .map(path);
    fs::write(&password, PASSWORD).unwrap();
    // The key is all that proves, and cosign asks for a root nevertheless.
    fs::write(
        &root,
        r#"{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#,
    )
    .unwrap();

    for signed_by_cosign in [true, false] {
        let more = if signed_by_cosign { "(func $more)" } else { "" };
        fs::write(&component, hostile::component("it", more)).unwrap();
        let artefact = bellpull(&["push", &component, &format!("oci://{host}/acme/it:1")]);
        let digest = artefact.rsplit_once('@').unwrap().1;
        let image = format!("{host}/acme/it@{digest}");
        if signed_by_cosign {
            let offline = ["--tlog-upload=false", "--use-signing-config=false"];
            let sign = [
                "sign",
                "--yes",
                "--key",
                &private,
                "--allow-http-registry",
                &image,
            ];
            cosign(&[&sign[..], &offline].concat());
        } else {
            bellpull(&[
                "sign",
                &artefact,
                "--key",
                &private,
                "--key-password-file",
                &password,
            ]);
        }
        let told = bellpull(&["verify", &artefact, "--key", &public]);
        assert_eq!(told, format!("{artefact} is signed by {public}"));
        let offline = ["--insecure-ignore-tlog", "--trusted-root", &root];
        let verify = ["verify", "--key", &public, "--allow-http-registry", &image];
        cosign(&[&verify[..], &offline].concat());
    }
}
