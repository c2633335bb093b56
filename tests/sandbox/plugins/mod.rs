//! Other people's components in the real binary: a directory that nobody trusts.

mod bombs;
mod folder;
mod hostile;
mod inspect;
mod leaks;
mod names;
mod planning;
mod schemas;
mod supply;
mod told;
mod turns;

use std::fs;
use std::path::Path;

use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::push::push;
use bellpull_tests::serve::{ADMIN, Served};
use serde_json::Value;

/// A component that ignores every delivery, unlike the harmless one, which accepts.
const IGNORING: &str = "(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (i32.store8 (i32.const 4100) (i32.const 1))
  (i32.const 4096))";

/// Two directories and the server over them.
struct World {
    manifests: tempfile::TempDir,
    plugins: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self {
            manifests: tempfile::tempdir().unwrap(),
            plugins: tempfile::tempdir().unwrap(),
            cache: tempfile::tempdir().unwrap(),
        };
        world.receives("good", "github");
        put(world.manifests.path(), "token.yaml", &token());
        world
    }

    /// A Receiver named after nothing but itself.
    fn receives(&self, name: &str, provider: &str) {
        let spec = format!("{{type: {provider}, secretRef: {{name: token}}, resources: []}}");
        self.receives_as(name, &spec);
    }

    /// A Receiver of this spec.
    fn receives_as(&self, name: &str, spec: &str) {
        let file = format!("{name}.yaml");
        put(self.manifests.path(), &file, &receiver(name, spec));
    }

    /// The same Receiver, which may authenticate by its path alone when a component takes over.
    fn accepts(&self, name: &str, provider: &str) {
        let spec = format!("{{type: {provider}, secretRef: {{name: token}}, resources: []}}");
        let annotated =
            format!("{name}, annotations: {{bellpull.dev/accept-authentication: path-only}}");
        let file = format!("{name}.yaml");
        put(self.manifests.path(), &file, &receiver(&annotated, &spec));
    }

    /// Puts a component into the directory, whole.
    fn put(&self, file: &str, wasm: &[u8]) {
        let temporary = self.plugins.path().join(".written");
        fs::write(&temporary, wasm).unwrap();
        fs::rename(temporary, self.plugins.path().join(file)).unwrap();
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.plugins.path().join(file)).unwrap();
    }

    fn serve(&self, arguments: &[&str]) -> Served {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let (plugins, cache) = (text(self.plugins.path()), text(self.cache.path()));
        let ours = [&["--plugins", &plugins, "--cache-dir", &cache], &ADMIN[..]].concat();
        Served::start(self.manifests.path(), &[&ours[..], arguments].concat())
    }
}

/// Delivers a signed push to a Receiver: status and outcome.
fn deliver(served: &Served, receiver: &str) -> (u16, String) {
    let (headers, body) = push(TOKEN);
    let target = path(receiver, TOKEN);
    let (status, told) =
        bellpull_tests::serve::request(served.receiver, "POST", &target, &headers, &body);
    let told: Value = serde_json::from_str(&told).unwrap_or_default();
    (
        status,
        told["outcome"].as_str().unwrap_or_default().to_owned(),
    )
}

/// The state of the component of a file, as the admin listener tells it.
fn state_of(served: &Served, file: &str) -> Value {
    let page: Vec<Value> = serde_json::from_str(&served.plugins()).unwrap();
    let found = page.into_iter().find(|row| {
        let source = row["source"].as_str().unwrap_or_default();
        Path::new(source)
            .file_name()
            .is_some_and(|name| name == file)
    });
    found.unwrap_or_default()
}
