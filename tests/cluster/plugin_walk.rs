//! The whole way of a plugin: from `bellpull new` to an annotated object, a broken version, and another key.
//! `make e2e-plugin` prints what each step took.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bellpull_tests::cluster::registry::Registry;
use bellpull_tests::cluster::{ControlPlane, Identity, Kubectl};
use bellpull_tests::project;
use bellpull_tests::serve::{Served, run, said};
use serde_json::Value;

use super::world::{REQUESTED_AT, condition, own_plane, until};

const NAME: &str = "walk";
const MODULE: &str = "bellpull_provider_walk";
const PLUGIN: [&str; 2] = ["receiverplugin", NAME];

/// Runs a command that must succeed, and returns its last line.
fn bellpull(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = said(&run(arguments));
    assert_eq!(code, Some(0), "{arguments:?}: {stdout}{stderr}");
    stdout.lines().last().unwrap_or_default().to_owned()
}

/// Prints what a step took.
struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::print_stderr, reason = "`make e2e-plugin` shows it")]
    fn lap(&mut self, step: &str) {
        eprintln!("{:6.1} s  {step}", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}

/// A new project, its registry, and where it is installed.
struct Walk {
    folder: PathBuf,
    registry: Registry,
    plane: ControlPlane,
    kubectl: Kubectl,
}

impl Walk {
    fn file(&self, path: &str) -> String {
        self.folder.join(path).display().to_string()
    }

    fn artefact(&self, tag: &str) -> String {
        format!("oci://{}/acme/bellpull-{NAME}:{tag}", self.registry.host())
    }

    /// Makes a key as cosign's users may: a private one in PKCS#8, and its public half.
    fn key(&self, name: &str) -> String {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        fs::write(self.folder.join(name), pair.serialize_pem()).unwrap();
        pair.public_key_pem()
    }

    fn push(&self, component: &Path, tag: &str) {
        let (host, artefact) = (self.registry.host(), self.artefact(tag));
        let (component, cases) = (component.display().to_string(), self.file("cases"));
        let push = ["push", &component, &artefact, "--cases", &cases];
        bellpull(&[&push[..], &["--plain-http", &host]].concat());
    }

    fn sign(&self, tag: &str, key: &str) {
        let (host, artefact, key) = (self.registry.host(), self.artefact(tag), self.file(key));
        bellpull(&["sign", &artefact, "--key", &key, "--plain-http", &host]);
    }

    /// The object that the project brings, with what its author writes into it.
    fn install(&self, tag: &str, public: &str, self_test: bool) {
        let text = fs::read_to_string(self.folder.join("install/receiver-plugin.yaml")).unwrap();
        let url = format!("{}/acme/bellpull-{NAME}", self.registry.host());
        let (before, rest) = text.split_once("          -----BEGIN").unwrap();
        let (_, after) = rest.split_once("PUBLIC KEY-----\n  providers").unwrap();
        let indented = public.lines().map(|line| format!("          {line}\n"));
        let text = format!("{before}{}  providers{after}", indented.collect::<String>());
        let text = text
            .replace("selfTest: true", &format!("selfTest: {self_test}"))
            .replace(&format!("ghcr.io/CHANGE/bellpull-{NAME}"), &url)
            .replace(
                "tag: 0.1.0",
                &format!("tag: {tag}\n      insecure: true\n      interval: 10s"),
            );
        self.kubectl.apply(&text);
    }

    fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.kubectl.until(what, &PLUGIN, wanted)
    }

    /// Sends the accepted case, and waits until the object that it names has been notified anew.
    fn ring(&self, served: &Served) {
        let requested = || {
            let app = self
                .kubectl
                .get(&["gitrepositories.source", "app", "-n", "default"]);
            app["metadata"]["annotations"][REQUESTED_AT]
                .as_str()
                .map(str::to_owned)
        };
        let before = requested();
        let to = format!("http://{}", served.receiver);
        let (manifests, case) = (self.file("manifests"), self.file("cases/accepted"));
        let plugins = self.file("plugins");
        let of_case = [
            "send",
            NAME,
            "--to",
            &to,
            "--case",
            &case,
            "--manifests",
            &manifests,
        ];
        bellpull(&[&of_case[..], &["--plugins", &plugins]].concat());
        until(
            || format!("notified since {before:?}"),
            || requested() != before,
        );
    }
}

fn ready(plugin: &Value) -> Option<(&str, &str, &str)> {
    condition(plugin, "Ready")
}

fn begin() -> Walk {
    let folder = project::workshop().join(NAME);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let plane = own_plane();
    let kubectl = plane.kubectl();
    let (_, definitions, _) = said(&run(&["crds"]));
    kubectl.apply(&definitions);
    Walk {
        folder,
        registry: Registry::start().expect("a registry"),
        kubectl,
        plane,
    }
}

/// Replaces what `configure` does by a panic.
fn break_configure(project: &Path) {
    let file = project.join("src/lib.rs");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("        Ok(Binding {").unwrap();
    let (_, after) = rest.split_once("        })\n").unwrap();
    let broken = "        let _ = events::unknown_warnings(&receiver.events, EVENTS);\n        panic!(\"a fault\")\n";
    fs::write(&file, format!("{before}{broken}{after}")).unwrap();
}

#[test]
fn a_new_project_becomes_a_signed_plugin_that_serves() {
    let walk = begin();
    let mut watch = Stopwatch(Instant::now());
    let path = walk.folder.display().to_string();
    bellpull(&["new", NAME, "--path", &path]);
    watch.lap("new");
    let component = project::build(&walk.folder, MODULE);
    fs::create_dir(walk.folder.join("plugins")).unwrap();
    fs::copy(&component, walk.folder.join("plugins/it.wasm")).unwrap();
    watch.lap("build");
    let built = component.display().to_string();
    let summary = bellpull(&["check", &built, &walk.file("cases")]);
    assert_eq!(summary, "2 passed, 0 failed");
    watch.lap("check");
    walk.push(&component, "0.1.0");
    let public = walk.key("cosign.key");
    walk.sign("0.1.0", "cosign.key");
    watch.lap("push, sign");

    let (host, kubeconfig) = (
        walk.registry.host(),
        walk.plane.kubeconfig_of(Identity::Bellpull),
    );
    let served = Served::launch(&[
        "--kubeconfig",
        kubeconfig.to_str().unwrap(),
        "--plain-http",
        &host,
    ]);
    walk.install("0.1.0", &public, true);
    let manifests = fs::read_to_string(walk.folder.join("manifests/receiver.yaml")).unwrap();
    walk.kubectl.apply(&manifests);
    let plugin = walk.until("ready", |plugin| {
        matches!(ready(plugin), Some(("True", ..)))
    });
    assert_eq!(plugin["status"]["providers"][0], NAME, "{plugin:#}");
    assert_eq!(plugin["status"]["verifiedBy"][0], "release", "{plugin:#}");
    walk.kubectl
        .until_condition("Ready", &["receivers.notification", NAME, "-n", "default"]);
    watch.lap("apply, until the Receiver is ready");
    walk.ring(&served);
    watch.lap("a delivery, until the object is annotated");

    break_configure(&walk.folder);
    walk.push(&project::build(&walk.folder, MODULE), "0.2.0");
    walk.sign("0.2.0", "cosign.key");
    for (self_test, held_back) in [(true, "SelfTestFailed"), (false, "ConfigureFailed")] {
        walk.install("0.2.0", &public, self_test);
        walk.until(held_back, |plugin| {
            matches!(ready(plugin), Some(("False", reason, message))
                if reason == held_back && message.contains("serves on"))
        });
    }
    walk.ring(&served);
    watch.lap("a broken version, and a delivery to the last good one");

    let other = walk.key("other.key");
    walk.sign("0.1.0", "other.key");
    walk.install("0.1.0", &other, true);
    walk.until("signed anew", |plugin| {
        matches!(ready(plugin), Some(("True", ..)))
    });
    walk.ring(&served);
    watch.lap("another key, and a delivery");
}
