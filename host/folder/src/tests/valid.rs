use bellpull_plan::SecretState;

use super::{folder, load, receiver, receivers, shown};
use crate::Folder;

const THREE: &str = "\
# A comment before the first document.
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata:
  name: web
  namespace: apps
  annotations: {a: b}
  labels:
spec:
  type: github
  events: [ping, push]
  suspend:
  resources:
  - kind: GitRepository
    name: web
  config: {header: null, n: 1}
---
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: apps, creationTimestamp: null}
type: Opaque
data: {token: aHVudGVyMg==, other: \" YQ== \"}
stringData:
  other: plain
---
# nothing
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: web}
";

#[test]
fn reads_several_documents() {
    let loaded = load(&[("a.yaml", THREE)]);
    assert_eq!(loaded.errors, []);
    let [receiver] = loaded.objects.receivers.as_slice() else {
        panic!("{:?}", loaded.objects.receivers)
    };
    assert_eq!(receiver.id.to_string(), "apps/web");
    assert_eq!(receiver.spec.events, ["ping", "push"]);
    let config = serde_json::to_string(&receiver.spec.config).unwrap();
    assert_eq!(
        config, r#"{"header":null,"n":1}"#,
        "the provider's own null"
    );
    let key = ("apps".to_owned(), "token".to_owned());
    let secret = &loaded.objects.secrets[&key];
    let SecretState::Present(secret) = secret else {
        panic!("{secret:?}");
    };
    assert_eq!(secret.data["token"].expose(), b"hunter2");
    assert_eq!(secret.data["other"].expose(), b"plain", "stringData wins");
    assert_eq!(loaded.targets.len(), 1);
}

#[test]
fn reads_what_is_a_manifest_and_nothing_else() {
    let dir = folder(&[
        ("b.yml", &receiver("yml")),
        ("deep/er/c.YAML", &receiver("deep")),
        (".hidden.yaml", "not: [read"),
        (".git/config.yaml", "not: [read"),
        ("..data/x.yaml", "not: [read"),
        ("README.md", "not: [read"),
        ("empty.yaml", ""),
        ("comment.yaml", "# nothing\n---\n"),
        (
            "list.json",
            "{\n\t\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n\t\t{\"apiVersion\": \
             \"notification.toolkit.fluxcd.io/v1\", \"kind\": \"Receiver\", \"metadata\": \
             {\"name\": \"json\"}, \"spec\": {\"type\": \"a\\/b\", \"resources\": [], \"events\": [\"\\ud83d\\ude00\"]}}\n\t]\n}",
        ),
        ("bom.yaml", &format!("\u{feff}{}", receiver("bom"))),
        ("crlf.yaml", &receiver("crlf").replace('\n', "\r\n")),
    ]);
    let loaded = Folder::new(dir.path()).load();
    assert_eq!(shown(dir.path(), &loaded), [""; 0]);
    let expected = [
        "default/yml",
        "default/bom",
        "default/crlf",
        "default/deep",
        "default/json",
    ];
    assert_eq!(receivers(&loaded), expected);
}

#[test]
fn the_same_name_in_two_groups_is_two_objects() {
    let loaded = load(&[(
        "a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n\
         apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\n",
    )]);
    assert_eq!(loaded.errors, []);
    assert_eq!(loaded.targets.len(), 2);
}

#[cfg(unix)]
#[test]
fn follows_symlinks_once() {
    use std::os::unix::fs::symlink;

    let dir = folder(&[
        ("..2026_11_24/a.yaml", &receiver("a")),
        ("b/b.yaml", &receiver("b")),
    ]);
    let at = |name: &str| dir.path().join(name);
    symlink("..2026_11_24", at("..data")).unwrap();
    symlink("..data/a.yaml", at("a.yaml")).unwrap();
    symlink("a.yaml", at("again.yaml")).unwrap();
    symlink("..", at("b/loop")).unwrap();
    symlink("b", at("c")).unwrap();
    symlink("nowhere", at("nowhere.txt")).unwrap();
    let loaded = Folder::new(dir.path()).load();
    assert_eq!(shown(dir.path(), &loaded), [""; 0]);
    assert_eq!(receivers(&loaded), ["default/a", "default/b"]);
}

#[cfg(unix)]
#[test]
fn a_file_is_listed_as_what_it_is_and_else_as_the_first_link_to_it() {
    use std::os::unix::fs::symlink;

    let dir = folder(&[("m/m.wasm", "1"), ("..data/x.wasm", "2"), ("z/n.WASM", "3")]);
    let at = |name: &str| dir.path().join(name);
    symlink("m/m.wasm", at("a.wasm")).unwrap();
    symlink("m", at("b")).unwrap();
    symlink("m", at("y")).unwrap();
    symlink("..data/x.wasm", at("x1.wasm")).unwrap();
    symlink("..data/x.wasm", at("x2.wasm")).unwrap();
    let listing = crate::ListedDirectory::new(dir.path(), "wasm").list();
    let listed: Vec<_> = listing.files.keys().cloned().collect();
    assert_eq!(listed, ["m/m.wasm", "x1.wasm", "z/n.WASM"].map(at));
}
