//! `examples/kubernetes/chart`: what it renders beside the kustomizations, and what becomes of its releases.

mod accepted;
mod compared;
mod installed;
mod names;
mod refused;
mod source;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bellpull_house::files_below;
use bellpull_tests::cluster::Helm;
use serde_json::Value;

/// The name of a release whose objects are called as those of the kustomizations.
const RELEASE: &str = "bellpull";

/// Where an API server is not asked.
fn offline() -> &'static Helm {
    static HELM: OnceLock<Helm> = OnceLock::new();
    HELM.get_or_init(|| Helm::offline().expect("Helm"))
}

fn chart() -> String {
    super::folder("chart").display().to_string()
}

/// `helm COMMAND RELEASE CHART` in the namespace of Flux.
fn arguments<'a>(command: &'a str, release: &'a str, chart: &'a str) -> [&'a str; 5] {
    [command, release, chart, "--namespace", "flux-system"]
}

/// Values as a file has them.
fn values(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).expect("YAML")
}

/// The documents that a release of some values renders.
fn documents(release: &str, values: &Value) -> String {
    offline().ok(&arguments("template", release, &chart()), values)
}

fn rendered(release: &str, values: &Value) -> Vec<Value> {
    let text = documents(release, values);
    let all: Vec<Value> = serde_saphyr::from_multiple(&text).expect("YAML");
    all.into_iter().filter(|object| !object.is_null()).collect()
}

/// The files of the chart, by their paths in it.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let chart = chart();
    let within = |file: &Path| file.strip_prefix(&chart).expect("below").to_owned();
    let files = files_below(Path::new(&chart));
    let read = |file: PathBuf| (within(&file), fs::read(&file).expect("a file"));
    files.into_iter().map(read).collect()
}
