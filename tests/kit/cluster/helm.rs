//! Helm, as the administrator of one cluster.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use anyhow::Result;
use serde_json::Value;

use super::control_plane::ControlPlane;
use super::flux;
use super::folder::PrivateFolder;

/// Runs `helm` without any user's configuration.
pub struct Helm {
    program: PathBuf,
    kubeconfig: Option<PathBuf>,
    /// Of configuration, cache and data.
    home: PrivateFolder,
}

impl Helm {
    /// For what needs no cluster.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn offline() -> Result<Self> {
        Ok(Self {
            program: flux::helm()?,
            kubeconfig: None,
            home: PrivateFolder::new("helm")?,
        })
    }

    /// As the administrator of a cluster.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn of(plane: &ControlPlane) -> Result<Self> {
        Ok(Self {
            kubeconfig: Some(plane.kubeconfig()),
            ..Self::offline()?
        })
    }

    /// Runs to the end with values, also when it fails.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str], values: &Value) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::null());
        if values.as_object().is_some_and(|values| !values.is_empty()) {
            command.arg("--set-json").arg(values.to_string());
        }
        for folder in ["CONFIG", "CACHE", "DATA"] {
            let name = format!("HELM_{folder}_HOME");
            command.env(name, self.home.path().join(folder));
        }
        // Without a cluster, none that a user has.
        match &self.kubeconfig {
            Some(kubeconfig) => command.env("KUBECONFIG", kubeconfig),
            None => command.env("KUBECONFIG", self.home.path().join("none")),
        };
        command.output().expect("helm runs")
    }

    /// Runs and returns the output.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str], values: &Value) -> String {
        let output = self.run(arguments, values);
        assert!(
            output.status.success(),
            "helm {} {values}: {}\n{}{}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs and returns what it says of its failure.
    ///
    /// # Panics
    /// When it succeeds.
    #[must_use]
    #[track_caller]
    pub fn refused(&self, arguments: &[&str], values: &Value) -> String {
        let output = self.run(arguments, values);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success(),
            "helm {} {values} is not refused: {said}",
            arguments.join(" ")
        );
        said
    }
}
