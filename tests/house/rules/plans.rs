//! How often a crate of others is compiled: once for each target, profile and mode, whichever command
//! comes first. Read from cargo's own plans; nothing is compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use bellpull_house::{none, root};

/// The tests that need neither components nor Go (`make test-pure`).
const PURE: &[&str] = &[
    "test",
    "--workspace",
    "--exclude",
    "bellpull",
    "--exclude",
    "bellpull-bundle",
    "--exclude",
    "bellpull-tests",
    "--exclude",
    "bellpull-fuzz",
    "--no-run",
];

/// The commands that share what they compile.
const TOGETHER: &[&[&[&str]]] = &[
    &[
        &["build", "--package", "bellpull"],
        &["test", "--workspace", "--no-run"],
        PURE,
        &["test", "--package", "bellpull-tests", "--no-run"],
        &["check", "--workspace", "--all-targets"],
    ],
    &[
        &["build", "--release", "--package", "bellpull"],
        &["bench", "--package", "bellpull-tests", "--no-run"],
    ],
];

/// What cargo plans to do (its `--unit-graph`, of version 1).
#[derive(Deserialize)]
struct Plan {
    version: u32,
    units: Vec<Unit>,
}

#[derive(Deserialize)]
struct Unit {
    pkg_id: String,
    target: Target,
    profile: BTreeMap<String, Value>,
    platform: Option<String>,
    mode: String,
    features: Vec<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Unit {
    /// What makes it another result.
    fn how(&self) -> String {
        let mut how = format!("{:?}", self.features);
        for (setting, value) in &self.profile {
            if setting != "name" && !value.is_null() {
                write!(how, " {setting}={value}").expect("a text takes more text");
            }
        }
        how
    }
}

fn plan(command: &[&str]) -> Plan {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(command)
        .args([
            "--locked",
            "--offline",
            "--unit-graph",
            "-Zunstable-options",
        ])
        // The plan is shown by unstable cargo alone; what it says holds for both.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let plan: Plan = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert_eq!(
        plan.version, 1,
        "cargo's plan has another form: read it anew"
    );
    plan
}

#[test]
fn every_crate_of_others_is_compiled_once() {
    let mut found = Vec::new();
    for commands in TOGETHER {
        let mut compiled: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        let units = commands.iter().flat_map(|command| plan(command).units);
        for unit in units.filter(|unit| unit.pkg_id.starts_with("registry+")) {
            if unit.mode == "run-custom-build" {
                continue;
            }
            let how = unit.how();
            let Unit { pkg_id, target, .. } = unit;
            let what = (pkg_id, target.name, target.kind, unit.mode, unit.platform);
            compiled.entry(what).or_default().insert(how);
        }
        let crates = compiled.len();
        assert!(crates > 300, "only {crates} crates in {commands:?}");
        for ((package, target, _, mode, _), ways) in compiled {
            if ways.len() > 1 {
                let ways: Vec<String> = ways.into_iter().collect();
                found.push(format!(
                    "{mode} {package} {target}\n      {}",
                    ways.join("\n      ")
                ));
            }
        }
    }
    // One profile that differs makes hundreds.
    found.truncate(20);
    none(
        &found,
        "give these crates one set of features in host/unified/Cargo.toml, and one profile",
    );
}
