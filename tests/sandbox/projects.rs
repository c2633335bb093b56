//! Provider projects outside the workspace: the example, and what `bellpull new` writes.

use std::path::Path;

use bellpull_tests::project;
use bellpull_tests::serve::{Served, run, said};

/// Builds a project, runs its tests and replays its cases. Returns the number of cases.
fn prove(folder: &Path, module: &str) -> usize {
    let component = project::build(folder, module);
    project::test(folder);
    replay(folder, &component)
}

/// Replays the cases of a project, and forgeries of them, through a component. Returns the number of cases.
fn replay(folder: &Path, component: &Path) -> usize {
    let (component, cases) = (component.display(), folder.join("cases"));
    let output = run(&[
        "check",
        "--hostile",
        &component.to_string(),
        &cases.display().to_string(),
    ]);
    let (code, stdout, stderr) = said(&output);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    // The last line counts what was derived from the cases.
    let summary = stdout.lines().rev().nth(1);
    let summary = summary.and_then(|line| line.split_once(' '));
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
fn a_core_module_is_packed() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/provider-rust");
    let module = project::build_module(&example, "bellpull_provider_terraform");
    let folder = tempfile::tempdir().unwrap();
    let [core, packed] = ["core.wasm", "packed.wasm"].map(|name| folder.path().join(name));
    std::fs::write(&core, module).unwrap();
    let (code, _, stderr) = pack(&core, &packed);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(replay(&example, &packed) >= 25);
}

/// As the compiler of a language with a runtime writes it: WASI preview 1 beside the contract.
const OF_WASI_PREVIEW_1: &str = r#"(module
  (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "bellpull:provider/guest@0.1.0#describe") (result i32)
    (drop (call 0 (i32.const 0) (i32.const 8))) unreachable)
  (func (export "bellpull:provider/guest@0.1.0#configure")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) unreachable)
  (func (export "bellpull:provider/guest@0.1.0#receive")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) unreachable))"#;

#[test]
fn a_module_of_wasi_preview_1_is_adapted() {
    let folder = tempfile::tempdir().unwrap();
    let [module, packed] = ["module.wasm", "packed.wasm"].map(|name| folder.path().join(name));
    std::fs::write(&module, wat::parse_str(OF_WASI_PREVIEW_1).unwrap()).unwrap();
    let (code, _, stderr) = pack(&module, &packed);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let (_, stdout, stderr) = said(&run(&["inspect", packed.to_str().unwrap(), "-o", "json"]));
    let inspection: serde_json::Value = serde_json::from_str(&stdout).expect(&stderr);
    let imports = inspection["imports"].to_string();
    assert!(imports.contains("wasi:random/random@0.2"), "{imports}");
    let reason = inspection["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("failed in describe (trap)"), "{reason}");
}

#[test]
fn what_cannot_be_packed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let packed = folder.path().join("packed.wasm");
    let cases: [(&[u8], &str); 4] = [
        (
            b"#!/bin/sh",
            "this is not WebAssembly: give the module that the compiler wrote",
        ),
        (
            b"\0asm\x0d\0\x01\0",
            "this is not a core module: a component needs no packing",
        ),
        (b"\0asm\x01\0\0\0\x63", "reading the module"),
        (b"\0asm\x01\0\0\0", "the module does not fit the contract"),
    ];
    for (bytes, expected) in cases {
        let module = folder.path().join("module.wasm");
        std::fs::write(&module, bytes).unwrap();
        let (code, _, stderr) = pack(&module, &packed);
        assert_eq!(code, Some(1), "{stderr}");
        assert!(stderr.contains(expected), "{expected:?} is not in {stderr}");
        assert!(stderr.contains("module.wasm"), "{stderr}");
        assert!(!packed.exists(), "{stderr}");
    }
    let (code, _, stderr) = pack(&folder.path().join("absent.wasm"), &packed);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("absent.wasm: No such file"), "{stderr}");
}

fn pack(module: &Path, component: &Path) -> (Option<i32>, String, String) {
    let [module, component] = [module, component].map(|path| path.to_str().unwrap());
    said(&run(&["pack", module, "-o", component]))
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

    let (manifests, case) = (project.join("manifests"), project.join("cases/accepted"));
    let to = format!("http://{}", served.receiver);
    let of_case = [
        "send",
        name,
        "--to",
        &to,
        "--manifests",
        manifests.to_str().unwrap(),
        "--case",
        case.to_str().unwrap(),
    ];
    let sent = run(&[&of_case[..], &arguments].concat());
    let (code, stdout, stderr) = said(&sent);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
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
