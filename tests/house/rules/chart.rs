//! The Helm chart has nothing of its own that stands elsewhere.

use bellpull_house::{files_below, none, read, root, shown};

/// The version of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn the_manifests_of_the_chart_are_those_of_the_kustomizations() {
    let kustomizations = root().join("examples/kubernetes");
    let chart = kustomizations.join("chart/manifests");
    let files = files_below(&chart);
    assert!(!files.is_empty(), "the chart has manifests");
    let differ: Vec<String> = files
        .iter()
        .filter(|file| {
            let original = kustomizations.join(file.strip_prefix(&chart).expect("below"));
            !original.is_file() || read(&original) != read(file)
        })
        .map(|file| shown(file))
        .collect();
    none(&differ, "copy them anew: make chart");
}

#[test]
fn the_chart_and_the_kustomizations_are_of_the_version_of_the_workspace() {
    let mut other = Vec::new();
    for (file, field) in [
        ("chart/Chart.yaml", "version: "),
        ("chart/Chart.yaml", "appVersion: "),
        ("base/kustomization.yaml", "newTag: "),
    ] {
        let text = read(&root().join("examples/kubernetes").join(file));
        let mut fields = text.lines().map(str::trim_start);
        let said = fields.find_map(|line| line.strip_prefix(field));
        if said != Some(VERSION) {
            other.push(format!(
                "examples/kubernetes/{file}: {field}{}",
                said.unwrap_or("?")
            ));
        }
    }
    none(
        &other,
        &format!("`version` of the root Cargo.toml is {VERSION}"),
    );
}
