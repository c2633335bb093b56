//! Definitions of other projects' kinds, as their Go modules hold them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use super::control_plane::ControlPlane;
use super::flux;
use crate::go::module_dir;

/// The definitions of one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crds {
    /// Receiver, Alert, Provider.
    FluxNotification,
    /// GitRepository, OCIRepository, HelmRepository, HelmChart, Bucket, ExternalArtifact.
    FluxSource,
    /// ImageRepository, ImagePolicy.
    FluxImage,
    /// Kustomization.
    FluxKustomize,
    /// HelmRelease.
    FluxHelm,
    /// ArtifactGenerator.
    FluxSourceWatcher,
    /// Certificate and what issues one.
    CertManager,
    /// Gateway, HTTPRoute and the rest of the standard channel.
    Gateway,
    /// ServiceMonitor and the rest.
    Prometheus,
}

impl Crds {
    /// All definitions of Flux.
    pub const FLUX: &[Self] = &[
        Self::FluxNotification,
        Self::FluxSource,
        Self::FluxImage,
        Self::FluxKustomize,
        Self::FluxHelm,
        Self::FluxSourceWatcher,
    ];

    /// The files of the definitions. Downloads the module when it is absent.
    ///
    /// # Errors
    /// When there is no Go, or the module cannot be had.
    pub fn files(self) -> Result<Vec<PathBuf>> {
        let folder = self.folder()?;
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let file = entry?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "yaml")
                && fs::read_to_string(&file)?.contains("\nkind: CustomResourceDefinition\n")
            {
                files.push(file);
            }
        }
        files.sort();
        ensure!(!files.is_empty(), "{} defines no kind", folder.display());
        Ok(files)
    }

    fn folder(self) -> Result<PathBuf> {
        let bases = "config/crd/bases";
        let (module, folder) = match self {
            Self::FluxNotification => (flux::notification_controller_source()?, bases),
            Self::FluxSource => (flux::source_controller_source()?, bases),
            Self::FluxImage => (
                module_dir("github.com/fluxcd/image-reflector-controller", "v1.2.3")?,
                bases,
            ),
            Self::FluxKustomize => (
                module_dir("github.com/fluxcd/kustomize-controller", "v1.9.3")?,
                bases,
            ),
            Self::FluxHelm => (
                module_dir("github.com/fluxcd/helm-controller", "v1.6.0")?,
                bases,
            ),
            Self::FluxSourceWatcher => (
                module_dir("github.com/fluxcd/source-watcher/v2", "v2.2.2")?,
                bases,
            ),
            Self::CertManager => (
                module_dir("github.com/cert-manager/cert-manager", "v1.21.2")?,
                "deploy/crds",
            ),
            // The last one that is built with Go 1.26.
            Self::Gateway => (
                module_dir("sigs.k8s.io/gateway-api", "v1.6.3")?,
                "config/crd/standard",
            ),
            Self::Prometheus => (
                module_dir(
                    "github.com/prometheus-operator/prometheus-operator",
                    "v0.85.0",
                )?,
                "example/prometheus-operator-crd",
            ),
        };
        Ok(module.join(folder))
    }
}

/// Installs definitions and waits until their kinds are served.
///
/// # Errors
/// When one cannot be had.
///
/// # Panics
/// When one is not taken.
pub fn install(plane: &ControlPlane, crds: &[Crds]) -> Result<()> {
    let mut arguments = vec!["--server-side".to_owned(), "--force-conflicts".to_owned()];
    for crds in crds {
        for file in crds.files()? {
            arguments.push(format!("--filename={}", file.display()));
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let kubectl = plane.kubectl();
    kubectl.ok(&[&["apply"], arguments.as_slice()].concat());
    let files = arguments.get(2..).unwrap_or_default();
    let wait = ["wait", "--for=condition=Established", "--timeout=60s"];
    kubectl.ok(&[wait.as_slice(), files].concat());
    Ok(())
}
