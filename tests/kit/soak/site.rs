//! Everything around the replicas: an API server, a registry, certificates, senders.

use std::process::Output;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::certificates::Certificates;
use super::checkout::Checkout;
use super::receivers::PLUGIN;
use super::samples::SampleDelivery;
use super::senders::Senders;
use super::sns::{SNS, certificate_path};
use crate::cluster::artefacts::{Author, Published, Signer};
use crate::cluster::registry::Registry;
use crate::cluster::{ControlPlane, Kubectl, flux};
use crate::hostile::component_of_version;

/// The two versions of the plugin. Both accept.
pub(super) const VERSIONS: [&str; 2] = ["1.0.0", "2.0.0"];

/// What the replicas live in. It outlives them.
pub(super) struct Site {
    pub(super) plane: ControlPlane,
    pub(super) namespace: String,
    pub(super) kubectl: Kubectl,
    pub(super) registry: Registry,
    pub(super) certificates: Certificates,
    pub(super) senders: Senders,
    signer: Signer,
    published: OnceLock<[Published; 2]>,
}

impl Site {
    /// Starts all of it, with the plugin in the registry and nothing in the cluster.
    pub(super) fn start(samples: &[SampleDelivery], checkout: &Checkout) -> Result<Self> {
        let message = samples.iter().find(|sample| sample.case.provider == SNS);
        let message = message.context("a message of SNS")?.case.body();
        let plane = ControlPlane::start()?;
        flux::install_flux_crds(&plane)?;
        checkout.install(&plane)?;
        let kubectl = plane.kubectl();
        let certificates = Certificates::new()?;
        let site = Self {
            namespace: plane.namespace("soak"),
            kubectl,
            registry: Registry::start()?,
            senders: Senders::start(&certificates.authority, certificate_path(message)?)?,
            certificates,
            signer: Signer::new(),
            published: OnceLock::new(),
            plane,
        };
        site.publish();
        Ok(site)
    }

    fn publish(&self) {
        let author = Author::new(&self.registry, PLUGIN);
        self.published.get_or_init(|| {
            VERSIONS.map(|version| {
                let artefact = author.push(version, &component_of_version(version, PLUGIN, ""));
                self.signer.sign(&artefact);
                artefact
            })
        });
    }

    /// Applies objects.
    pub(super) fn apply(&self, objects: &[Value]) -> Result<()> {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        let command = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
        succeeded("apply", &self.kubectl.feed(&command, &list.to_string()))
    }

    /// The plugin is to be this version from now on.
    pub(super) fn declare_plugin(&self, version: &str) -> Result<()> {
        self.apply(&[json!({
            "apiVersion": "bellpull.dev/v1alpha1",
            "kind": "ReceiverPlugin",
            "metadata": {"name": PLUGIN},
            "spec": {
                "source": {"oci": {
                    "url": self.registry.url(PLUGIN), "tag": version, "insecure": true,
                }},
                "verify": {"keys": [{"name": "release", "pem": self.signer.public}]},
                "providers": [PLUGIN],
            },
        })])
    }

    /// Rolls the plugin back to its first version, or has it follow its source again.
    pub(super) fn roll_back(&self, back: bool) -> Result<()> {
        let first = self.published.get().map(|[first, _]| first.digest.as_str());
        self.annotate_plugin(&match (back, first) {
            (true, Some(first)) => format!("bellpull.dev/rollback-to={first}"),
            _ => "bellpull.dev/rollback-to-".to_owned(),
        })
    }

    /// Has the registry asked for the plugin.
    pub(super) fn ring_plugin(&self) -> Result<()> {
        let now = bellpull_core::Timestamp::now();
        self.annotate_plugin(&format!("reconcile.fluxcd.io/requestedAt={now}"))
    }

    fn annotate_plugin(&self, annotation: &str) -> Result<()> {
        let command = [
            "annotate",
            "--overwrite",
            "receiverplugin",
            PLUGIN,
            annotation,
        ];
        succeeded("annotate", &self.kubectl.run(&command))
    }
}

fn succeeded(what: &str, output: &Output) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "kubectl {what}: {said}");
    Ok(())
}
