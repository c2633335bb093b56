//! The chart as Flux takes it from a Git repository for a HelmRelease.

use bellpull_tests::cluster::git::GitServer;
use bellpull_tests::cluster::kubectl::is_true;
use serde_json::{Value, json};

use super::{RELEASE, arguments, documents, files, offline};
use crate::e2e::with_controller;
use crate::world::World;

#[test]
fn flux_takes_the_whole_chart_from_a_git_repository() {
    let world = World::of(with_controller(), "chart");
    let server = GitServer::start().expect("a Git server");
    let repository = server.repository("chart").expect("a repository");
    let files = files();
    let files = files
        .iter()
        .map(|(file, text)| (file.as_path(), text.as_slice()));
    repository.push_all(files).expect("a push");
    world.apply(&format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: bellpull}}\n\
         spec: {{url: '{}', interval: 1h, ref: {{branch: main}}}}\n---\n\
         apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\nmetadata: {{name: bellpull}}\n\
         spec: {{chart: ., interval: 1h, sourceRef: {{kind: GitRepository, name: bellpull}}}}\n",
        repository.url()
    ));
    let source = ["helmcharts.source", "bellpull", "-n", &world.namespace];
    let made = |object: &Value| {
        is_true(object, "Ready") && object["status"]["artifact"]["url"].is_string()
    };
    let packaged = world.kubectl.until("packaged", &source, made);
    let artifact = &packaged["status"]["artifact"];
    assert_eq!(artifact["revision"], env!("CARGO_PKG_VERSION"));
    let url = artifact["url"].as_str().expect("a URL");
    // As helm-controller renders it.
    let rendered = offline().ok(&arguments("template", RELEASE, url), &json!({}));
    assert_eq!(rendered, documents(RELEASE, &json!({})));
}
