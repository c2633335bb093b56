//! What Prometheus's own tool says of the alerts. It takes minutes to build, so that no class of tests has it.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is how a failure is told"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use bellpull_house::root;
use bellpull_tests::prometheus::promtool;
use serde_json::Value;

const TESTS: &str = include_str!("alerts.yaml");

/// The groups of the PrometheusRule, as Prometheus itself takes them.
fn rules() -> Value {
    let file = root().join("examples/kubernetes/monitoring/rules.yaml");
    let object = fs::read_to_string(file).expect("the rules");
    let mut object: Value = serde_saphyr::from_str(&object).expect("YAML");
    object["spec"].take()
}

/// Runs promtool in a folder with the rules and their tests.
fn said(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |file: &str, text: &str| fs::write(folder.path().join(file), text).expect("written");
    put("rules.json", &rules().to_string());
    put("alerts.yaml", TESTS);
    let output = run(arguments, folder.path());
    assert!(output.1, "{}", output.0);
    output.0
}

fn run(arguments: &[&str], folder: &Path) -> (String, bool) {
    let mut promtool = Command::new(promtool().expect("promtool"));
    let output = promtool.args(arguments).current_dir(folder).output();
    let output = output.expect("promtool runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (said, output.status.success())
}

#[test]
fn the_rules_are_rules() {
    let said = said(&["check", "rules", "--lint=all", "--lint-fatal", "rules.json"]);
    assert!(said.contains("SUCCESS"), "{said}");
}

#[test]
fn each_alert_fires_for_what_it_says_alone() {
    said(&["test", "rules", "alerts.yaml"]);
    let rules = rules();
    for group in rules["groups"].as_array().expect("groups") {
        for rule in group["rules"].as_array().expect("rules") {
            let alert = rule["alert"].as_str().expect("a name");
            let tried = format!("alertname=\"{alert}\"");
            assert!(TESTS.contains(&tried), "{alert} is not tried");
        }
    }
}
