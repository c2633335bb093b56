//! Components in a real registry: CNCF Distribution.

use std::path::Path;
use std::sync::Arc;

use bellpull_egress::{RegistryHttp, RegistryHttpSettings};
use bellpull_registry::{
    Anonymous, ArtefactFacts, ArtefactRepository, PackedArtefact, Registry as Client,
};
use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::hostile;
use bellpull_tests::serve::{run, said};

/// Runs a command that must succeed and tell its progress to no pipe, and returns its last line.
fn ran(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = said(&run(arguments));
    assert_eq!(
        (code, stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}: {stdout}"
    );
    stdout.lines().last().unwrap_or_default().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_is_pushed_is_pulled_inspected_and_compared() {
    let registry = Registry::start().expect("a registry");
    let (host, folder) = (registry.host(), tempfile::tempdir().unwrap());
    let [first, second] = [("first", ""), ("second", "(func $more)")].map(|(name, text)| {
        let file = folder.path().join(format!("{name}.wasm"));
        std::fs::write(&file, hostile::component("acme", text)).unwrap();
        file
    });
    let plain = ["--plain-http", &host];
    let tagged = format!("oci://{host}/acme/bellpull-acme:1");
    let push = |file: &Path| {
        let made = ["push", text(file), &tagged, "--created", "0"];
        ran(&[&made[..], &plain].concat())
    };
    let pinned = push(&first);
    assert!(pinned.starts_with(&format!("{tagged}@sha256:")), "{pinned}");
    assert_eq!(
        push(&first),
        pinned,
        "the same component is the same artefact"
    );

    assert_ne!(push(&second), pinned, "the tag has moved");
    let pulled = folder.path().join("pulled.wasm");
    for (artefact, expected) in [(&pinned, &first), (&tagged, &second)] {
        let told = ran(&[&["pull", artefact, "-o", text(&pulled)][..], &plain].concat());
        assert!(told.starts_with(text(&pulled)), "{told}");
        let [got, expected] = [&pulled, expected].map(|file| std::fs::read(file).unwrap());
        assert!(got == expected, "{artefact}");
    }

    let inspection = ran(&[&["inspect", &tagged][..], &plain].concat());
    assert!(inspection.contains("would be loaded"), "{inspection}");
    let compiled = ran(&[&["compile", &tagged][..], &plain].concat());
    assert!(compiled.starts_with(&tagged), "{compiled}");
    let cases = folder.path().join("cases");
    std::fs::create_dir(&cases).unwrap();
    let case = "provider: acme\ncredentials: {token: a-token-for-tests}\nrequest: {}\ntext: '{}'\n\
                expect: {outcome: notified, status: 200}\n";
    std::fs::write(cases.join("case.yaml"), case).unwrap();
    let summary = ran(&[&["check", &pinned, text(&cases)][..], &plain].concat());
    assert_eq!(summary, "1 passed, 0 failed");

    let (code, _, stderr) = said(&run(&[&["check", &tagged][..], &plain].concat()));
    assert_eq!(code, Some(64), "{stderr}");
    assert!(stderr.contains("brings no cases"), "{stderr}");
    let made = ["push", text(&second), &tagged, "--cases", text(&cases)];
    ran(&[&made[..], &plain].concat());
    let summary = ran(&[&["check", &tagged][..], &plain].concat());
    assert_eq!(summary, "1 passed, 0 failed");
}

/// A client of a registry without TLS.
fn client(host: &str) -> Client {
    let settings = RegistryHttpSettings {
        plain_http: vec![host.to_owned()],
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).unwrap();
    Client::new(http, Arc::new(Anonymous), 1 << 20)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_of_a_repository_are_listed() {
    let registry = Registry::start().expect("a registry");
    let host = registry.host();
    let repository: ArtefactRepository = registry.url("acme/tagged").parse().unwrap();
    let error = client(&host).tags(&repository).await.unwrap_err();
    assert!(
        error.to_string().contains("is not in the registry"),
        "{error}"
    );
    for tag in ["1.0.0", "1.10.0", "1.9.0", "latest"] {
        registry
            .push("acme/tagged", tag, "file", tag)
            .await
            .unwrap();
    }
    let tags = client(&host).tags(&repository).await.unwrap();
    assert_eq!(tags, ["1.0.0", "1.10.0", "1.9.0", "latest"]);
}

/// Pushes a component with a config that says this of it.
async fn push_claiming(host: &str, wasm: Vec<u8>, imports: &[&str], exports: &[&str]) -> String {
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let facts = ArtefactFacts {
        created: "2026-01-01T00:00:00Z".to_owned(),
        imports: texts(imports),
        exports: texts(exports),
        ..ArtefactFacts::default()
    };
    let packed = PackedArtefact::of(&wasm, &facts).unwrap();
    let reference = format!("oci://{host}/acme/claims:1").parse().unwrap();
    let pushed = client(host).push(&reference, wasm.into(), packed).await;
    pushed.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_that_lies_of_its_component_is_told() {
    let registry = Registry::start().expect("a registry");
    let host = registry.host();
    let wasm = hostile::component("it", "");
    let [types, guest] = ["types", "guest"].map(|name| format!("bellpull:provider/{name}@0.1.0"));
    let (types, guest) = (types.as_str(), guest.as_str());
    for (imports, exports, expected) in [
        (&[types][..], &[guest][..], None),
        (
            &[types, "wasi:io/error@0.2.0"],
            &[guest],
            Some(r#"it names the import "wasi:io/error@0.2.0", which the component does not have"#),
        ),
        (
            &[types],
            &[],
            Some(r#"it leaves out the export "bellpull:provider/guest@0.1.0" of the component"#),
        ),
    ] {
        let artefact = push_claiming(&host, wasm.clone(), imports, exports).await;
        for command in ["inspect", "check"] {
            let (code, stdout, stderr) = said(&run(&[command, &artefact, "--plain-http", &host]));
            let told = format!("{stdout}{stderr}");
            let lie = "its config is not what the component is: ";
            match expected {
                None => assert!(!told.contains(lie), "{command}: {told}"),
                Some(part) => {
                    assert_eq!(code, Some(1), "{command}: {told}");
                    let part = format!("{lie}{part}");
                    assert!(told.contains(&part), "{command}: {part:?} is not in {told}");
                }
            }
        }
    }
}

#[test]
fn what_a_key_has_signed_is_verified() {
    let registry = Registry::start().expect("a registry");
    let (host, folder) = (registry.host(), tempfile::tempdir().unwrap());
    let component = folder.path().join("it.wasm");
    std::fs::write(&component, hostile::component("it", "")).unwrap();
    let keys = ["first", "second"].map(|name| {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let [private, public] =
            ["key", "pub"].map(|end| folder.path().join(format!("{name}.{end}")));
        std::fs::write(&private, pair.serialize_pem()).unwrap();
        std::fs::write(&public, pair.public_key_pem()).unwrap();
        (private, public)
    });
    let plain = ["--plain-http", &host];
    let artefact = format!("oci://{host}/acme/it:1");
    let pinned = ran(&[&["push", text(&component), &artefact][..], &plain].concat());
    let public = |at: usize| text(&keys[at].1);
    let both = [
        "verify",
        &artefact,
        "--key",
        public(0),
        "--key",
        public(1),
        "--minimum",
        "2",
    ];
    let verify = |arguments: &[&str]| said(&run(&[arguments, &plain].concat()));

    let (code, _, stderr) = verify(&both);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("it has no signature"), "{stderr}");
    for (private, _) in &keys {
        let signed = ran(&[&["sign", &artefact, "--key", text(private)][..], &plain].concat());
        assert_eq!(signed, pinned);
    }
    let (code, stdout, stderr) = verify(&both);
    assert_eq!(code, Some(0), "{stderr}");
    let expected = format!("{pinned} is signed by {}, {}", public(0), public(1));
    assert_eq!(stdout.trim(), expected);

    // Another component under the same tag is signed by nobody.
    std::fs::write(&component, hostile::component("it", "(func $more)")).unwrap();
    ran(&[&["push", text(&component), &artefact][..], &plain].concat());
    let (code, _, stderr) = verify(&both);
    assert_eq!(code, Some(1), "{stderr}");
}

#[test]
fn what_is_not_pushed_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.wasm");
    std::fs::write(&file, hostile::component("it", "")).unwrap();
    let no_provider = folder.path().join("none.wasm");
    std::fs::write(&no_provider, wat::parse_str("(component)").unwrap()).unwrap();
    let cases: [(&[&str], i32, &str); 5] = [
        (
            &["push", text(&file), "ghcr.io/a/b:1"],
            64,
            "expected oci://HOST/REPOSITORY:TAG",
        ),
        (
            &["push", text(&file), "oci://ghcr.io/a/b"],
            64,
            "neither a tag nor a digest",
        ),
        (
            &["push", text(&no_provider), "oci://127.0.0.1:1/a:1"],
            1,
            "exports no Bellpull provider",
        ),
        (
            &["push", "no/such.wasm", "oci://127.0.0.1:1/a:1"],
            1,
            "no/such.wasm",
        ),
        (&["pull", "oci://169.254.169.254/a:1"], 1, "never asked"),
    ];
    for (arguments, expected, part) in cases {
        let (code, _, stderr) = said(&run(arguments));
        assert_eq!(code, Some(expected), "{arguments:?}: {stderr}");
        assert!(
            stderr.contains(part),
            "{arguments:?}: {part:?} is not in {stderr}"
        );
    }
}
