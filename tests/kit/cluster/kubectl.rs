//! The command line of the cluster, as one identity.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::patience::{PATIENCE, found};

/// Runs `kubectl` as one identity.
#[derive(Clone, Debug)]
pub struct Kubectl {
    pub(super) program: PathBuf,
    pub(super) kubeconfig: PathBuf,
    pub(super) cache: PathBuf,
}

impl Kubectl {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("KUBECONFIG", &self.kubeconfig)
            .env("KUBECACHEDIR", &self.cache)
            // Nobody's own preferences.
            .env("KUBERC", "off");
        command
    }

    /// Runs to the end, also when it fails.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).stdin(Stdio::null()).output();
        output.expect("kubectl runs")
    }

    /// As [`Kubectl::run`], with an input.
    ///
    /// # Panics
    /// When it cannot be started, or does not read it all.
    #[must_use]
    pub fn feed(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl runs");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(input.as_bytes()).expect("kubectl reads");
        drop(stdin);
        child.wait_with_output().expect("kubectl ends")
    }

    /// Runs and returns the output.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        succeeded(arguments, &self.run(arguments))
    }

    /// Applies manifests on the server's side, and takes over fields that others own.
    ///
    /// # Panics
    /// When one is not taken.
    #[track_caller]
    pub fn apply(&self, yaml: &str) {
        let arguments = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
        succeeded(&arguments, &self.feed(&arguments, yaml));
    }

    /// `kubectl get … -o json`.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    #[track_caller]
    pub fn get(&self, arguments: &[&str]) -> Value {
        let arguments = [&["get", "-o", "json"], arguments].concat();
        let text = self.ok(&arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// Repeats `kubectl get … -o json` until the answer is as wanted, and returns it.
    ///
    /// # Panics
    /// When it does not come; shows the last one.
    #[track_caller]
    pub fn until(
        &self,
        what: &str,
        arguments: &[&str],
        mut wanted: impl FnMut(&Value) -> bool,
    ) -> Value {
        let arguments = [&["get", "-o", "json"], arguments].concat();
        let mut last = String::new();
        let answer = found(|| {
            let output = self.run(&arguments);
            last = said(&output);
            serde_json::from_slice(&output.stdout)
                .ok()
                .filter(&mut wanted)
        });
        match answer {
            Some(answer) => answer,
            None => panic!("not {what} after {PATIENCE:?}; last seen: {last}"),
        }
    }

    /// Waits until a condition of an object is true, and returns the object.
    ///
    /// # Panics
    /// When it does not become true; shows the object.
    #[track_caller]
    pub fn until_condition(&self, condition: &str, arguments: &[&str]) -> Value {
        self.until(condition, arguments, |object| is_true(object, condition))
    }
}

/// Whether a condition of an object is true and observes the present generation.
#[must_use]
pub fn is_true(object: &Value, condition: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|found| {
        let observed = &found["observedGeneration"];
        found["type"] == condition
            && found["status"] == "True"
            && (observed.is_null() || *observed == object["metadata"]["generation"])
    })
}

#[track_caller]
fn succeeded(arguments: &[&str], output: &Output) -> String {
    assert!(
        output.status.success(),
        "kubectl {}: {}",
        arguments.join(" "),
        said(output)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    format!(
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
