//! The programs of the control plane.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, ensure};

use crate::go::GoModule;

/// envtest's variable for a folder of finished programs.
pub const ASSETS: &str = "KUBEBUILDER_ASSETS";

const MODULE: GoModule = GoModule {
    folder: "controlplane",
    packages: "./cmd/...",
    programs: &["kube-apiserver", "etcd", "kubectl"],
    without_go: "install Go 1.26 or later, or name a folder that holds them in KUBEBUILDER_ASSETS \
                 (setup-envtest fetches one)",
};

/// Where the programs of the control plane are.
#[derive(Clone, Debug)]
pub struct Binaries {
    pub kube_apiserver: PathBuf,
    pub etcd: PathBuf,
    pub kubectl: PathBuf,
}

impl Binaries {
    /// The programs of `KUBEBUILDER_ASSETS`, or programs that are built here.
    ///
    /// # Errors
    /// When they are neither there nor can be built; says what to install.
    pub fn find() -> Result<&'static Self> {
        static FOUND: OnceLock<Result<Binaries, String>> = OnceLock::new();
        let found = FOUND.get_or_init(|| Self::look().map_err(|error| format!("{error:#}")));
        found.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn look() -> Result<Self> {
        let folder = match std::env::var_os(ASSETS) {
            Some(folder) => PathBuf::from(folder)
                .canonicalize()
                .with_context(|| format!("{ASSETS} names no folder"))?,
            None => build()?,
        };
        let program = |name: &str| {
            let program = folder.join(name);
            ensure!(program.is_file(), "{} has no {name}", folder.display());
            Ok(program)
        };
        Ok(Self {
            kube_apiserver: program("kube-apiserver")?,
            etcd: program("etcd")?,
            kubectl: program("kubectl")?,
        })
    }
}

/// The version of Kubernetes that is built. Programs of `KUBEBUILDER_ASSETS` may have another.
///
/// # Errors
/// When the module does not say.
pub fn kubernetes() -> Result<String> {
    MODULE.version_of("k8s.io/kubernetes")
}

fn build() -> Result<PathBuf> {
    let version = kubernetes()?;
    let mut parts = version.trim_start_matches('v').split('.');
    let major = parts.next().context("a major version")?;
    let minor = parts.next().context("a minor version")?;
    // Without a version, clients that parse it complain.
    let package = "k8s.io/component-base/version";
    MODULE.build(&format!(
        "-X {package}.gitVersion={version} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}"
    ))
}
