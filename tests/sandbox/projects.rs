//! Provider projects outside the workspace: the example, and what `bellpull new` writes.

use std::path::Path;

use bellpull_core::{Encoding, ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_tests::project;
use bellpull_tests::serve::{Served, request, run, said};

/// Builds a project, runs its tests and replays its cases. Returns the number of cases.
fn prove(folder: &Path, module: &str) -> usize {
    let component = project::build(folder, module);
    project::test(folder);
    let (component, cases) = (component.display(), folder.join("cases"));
    let output = run(&[
        "check",
        &component.to_string(),
        &cases.display().to_string(),
    ]);
    let (code, stdout, stderr) = said(&output);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let summary = stdout.lines().last().and_then(|line| line.split_once(' '));
    let Some((passed, "passed, 0 failed")) = summary else {
        panic!("{stdout}");
    };
    passed.parse().expect("a number")
}

#[test]
fn the_example_builds_and_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/provider-rust");
    assert!(prove(&folder, "bellpull_provider_terraform") >= 25);
}

#[test]
fn what_new_writes_builds_passes_and_serves() {
    // YAML takes it for a number, and cargo takes no digit in front.
    let name = "404";
    let folder = project::workshop().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let path = folder.to_str().unwrap();
    let (code, stdout, stderr) = said(&run(&["new", name, "--path", path]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for part in [
        path,
        "src/lib.rs",
        "cargo build",
        "bellpull check",
        "bellpull serve",
    ] {
        assert!(stdout.contains(part), "{part:?} is not in {stdout}");
    }
    let module = "bellpull_provider_404";
    assert_eq!(prove(&folder, module), 2);
    serve(&folder, name, &project::build(&folder, module));
}

/// Serves a new project's component with its own manifests, and sends a delivery.
fn serve(project: &Path, name: &str, component: &Path) {
    let plugins = tempfile::tempdir().unwrap();
    std::fs::copy(component, plugins.path().join("it.wasm")).unwrap();
    let arguments = ["--plugins", plugins.path().to_str().unwrap()];
    let served = Served::start(&project.join("manifests"), &arguments);
    served.until("bound", || served.stderr().contains("receiver ready"));

    let token = SecretBytes::new(format!("sample-token-of-{name}").into_bytes());
    let target = webhook_path(&ReceiverId::new("default", name), &token);
    let body = br#"{"ref": "refs/heads/main", "repository": {"url": "https://example.com/app"}}"#;
    let mac = sign(
        &token,
        "token",
        Encoding::Text,
        HmacAlgorithm::Sha256,
        &[body],
    )
    .unwrap();
    let headers = [
        (format!("x-{name}-event"), "push".to_owned()),
        (
            format!("x-{name}-signature"),
            format!("sha256={}", hex::encode(mac)),
        ),
    ];
    let (status, answer) = request(served.receiver, "POST", &target, &headers, body);
    assert_eq!(status, 200, "{answer}");
    served.until_notified(1);
    assert_eq!(served.notifications()[0]["target"]["name"], "app");
}

#[test]
fn new_says_what_it_does_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let (taken, file) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
    let cases: &[(&[&str], &[&str])] = &[
        (&["new"], &["<NAME>"]),
        (&["new", "Acme"], &["'Acme'", "a-z, 0-9 and -"]),
        (&["new", "acme_ci"], &["'acme_ci'", "acme-ci"]),
        (&["new", "../acme"], &["'../acme'", "a-z, 0-9 and -"]),
        (
            &["new", "acme", "--language", "cobol"],
            &["'cobol'", "rust"],
        ),
        (
            &["new", "acme", "--path", taken],
            &[taken, "empty directory", "--path"],
        ),
        (
            &["new", "acme", "--path", file],
            &[file, "empty directory", "--path"],
        ),
    ];
    for (arguments, parts) in cases {
        let (code, stdout, stderr) = said(&run(arguments));
        assert_eq!(
            (code, stdout.as_str()),
            (Some(64), ""),
            "{arguments:?}: {stderr}"
        );
        for part in *parts {
            assert!(
                stderr.contains(part),
                "{arguments:?}: {part:?} is not in {stderr}"
            );
        }
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(taken).unwrap().count(), 1);
}

#[test]
fn a_bundled_providers_name_is_pointed_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    let arguments = ["new", "github", "--path", path.to_str().unwrap()];
    let (code, _, stderr) = said(&run(&arguments));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("--plugin-override github"), "{stderr}");
}
