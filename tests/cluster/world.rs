//! Bellpull on the shared control plane. Each test has a namespace of its own.

use std::cell::RefCell;
use std::path::Path;
use std::sync::OnceLock;

use bellpull_core::{ReceiverId, SecretBytes};
use bellpull_plan::path::webhook_path;
use bellpull_tests::cluster::{ControlPlane, Identity, Kubectl, flux, install_role};
use bellpull_tests::manifests::TOKEN;
use bellpull_tests::patience::comes;
use bellpull_tests::push::push;
use bellpull_tests::serve::{Served, request};
use serde_json::Value;

/// The annotation that a notification sets.
pub(super) const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";

/// The shared control plane with Flux's CRDs and Bellpull's role.
pub(super) fn plane() -> &'static ControlPlane {
    static PREPARED: OnceLock<()> = OnceLock::new();
    let plane = ControlPlane::shared();
    PREPARED.get_or_init(|| prepare(plane));
    plane
}

/// A control plane that one test alone may stop.
pub(super) fn own_plane() -> ControlPlane {
    let plane = ControlPlane::start().expect("a control plane");
    prepare(&plane);
    plane
}

fn prepare(plane: &ControlPlane) {
    flux::install_flux_crds(plane).expect("Flux's kinds");
    install_role(plane);
}

/// Waits for a condition.
#[track_caller]
pub(super) fn until(what: impl Fn() -> String, condition: impl FnMut() -> bool) {
    assert!(comes(condition), "not {}", what());
}

/// A namespace of one test.
pub(super) struct World<'a> {
    pub(super) plane: &'a ControlPlane,
    pub(super) namespace: String,
    pub(super) kubectl: Kubectl,
}

impl World<'static> {
    pub(super) fn new(prefix: &str) -> Self {
        Self::of(plane(), prefix)
    }
}

impl<'a> World<'a> {
    /// On a control plane that has Flux's kinds and Bellpull's role.
    pub(super) fn of(plane: &'a ControlPlane, prefix: &str) -> Self {
        let namespace = plane.namespace(prefix);
        let world = Self {
            plane,
            namespace,
            kubectl: plane.kubectl(),
        };
        world.secret("token", &[("token", TOKEN)]);
        world
    }

    /// Bellpull, with its own role, for this namespace alone. Its Lease is its own.
    pub(super) fn bellpull(&self, arguments: &[&str]) -> Served {
        Served::ready(&self.arguments(Identity::Bellpull, arguments).each_ref())
    }

    /// As [`World::bellpull`], without waiting until it is ready.
    pub(super) fn launch(&self, identity: Identity, arguments: &[&str]) -> Served {
        Served::launch(&self.arguments(identity, arguments).each_ref())
    }

    /// As [`World::launch`], with this kubeconfig.
    pub(super) fn launch_by(&self, kubeconfig: &Path, arguments: &[&str]) -> Served {
        Served::launch(&self.arguments_by(kubeconfig, arguments).each_ref())
    }

    fn arguments(&self, identity: Identity, more: &[&str]) -> Arguments {
        self.arguments_by(&self.plane.kubeconfig_of(identity), more)
    }

    fn arguments_by(&self, kubeconfig: &Path, more: &[&str]) -> Arguments {
        let mut all = vec![
            "--kubeconfig".to_owned(),
            kubeconfig.display().to_string(),
            "--watch-namespace".to_owned(),
            self.namespace.clone(),
            "--leader-election-id".to_owned(),
            self.namespace.clone(),
        ];
        all.extend(more.iter().map(|&argument| argument.to_owned()));
        Arguments(all)
    }

    /// Applies manifests in this namespace.
    pub(super) fn apply(&self, yaml: &str) {
        let manifests: Vec<String> = yaml
            .split("\n---\n")
            .filter(|document| !document.trim().is_empty())
            .map(|document| {
                let whole = format!("metadata: {{namespace: {}, ", self.namespace);
                document.replacen("metadata: {", &whole, 1)
            })
            .collect();
        self.kubectl.apply(&manifests.join("\n---\n"));
    }

    pub(super) fn secret(&self, name: &str, values: &[(&str, &str)]) {
        let values: Vec<String> = values.iter().map(|(k, v)| format!("{k}: {v}")).collect();
        self.apply(&format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {{{}}}\n",
            values.join(", ")
        ));
    }

    /// A Receiver of `spec`, in JSON's flow form.
    pub(super) fn receiver(&self, name: &str, spec: &str) {
        self.apply(&bellpull_tests::manifests::receiver(name, spec));
    }

    pub(super) fn repository(&self, name: &str, labels: &str) {
        self.apply(&format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
             metadata: {{name: {name}, labels: {labels}}}\n\
             spec: {{url: 'https://example.org/{name}.git', interval: 1h}}\n"
        ));
    }

    pub(super) fn path(&self, receiver: &str, token: &str) -> String {
        Self::path_in(&self.namespace, receiver, token)
    }

    /// As [`World::path`], of another namespace.
    pub(super) fn path_in(namespace: &str, receiver: &str, token: &str) -> String {
        let id = ReceiverId::new(namespace, receiver);
        webhook_path(&id, &SecretBytes::new(token.as_bytes().to_vec()))
    }

    /// Sends a signed push: status and answer.
    pub(super) fn push(&self, served: &Served, receiver: &str, token: &str) -> (u16, Value) {
        let (headers, body) = push(token);
        let path = self.path(receiver, token);
        let (status, answer) = request(served.receiver, "POST", &path, &headers, &body);
        let answer = serde_json::from_str(&answer).unwrap_or(Value::String(answer));
        (status, answer)
    }

    /// Sends signed pushes until one has this status.
    #[track_caller]
    pub(super) fn until_answered(&self, served: &Served, receiver: &str, token: &str, want: u16) {
        let last = RefCell::new((0, Value::Null));
        until(
            || format!("{want}: {:?}\n{}", last.borrow(), served.stderr()),
            || {
                let answer = self.push(served, receiver, token);
                let wanted = answer.0 == want;
                last.replace(answer);
                wanted
            },
        );
    }

    /// Sends signed pushes until one has this outcome.
    #[track_caller]
    pub(super) fn until_outcome(&self, served: &Served, receiver: &str, outcome: &str) {
        let last = RefCell::new(Value::Null);
        until(
            || format!("{outcome}: {}\n{}", last.borrow(), served.stderr()),
            || {
                let (_, answer) = self.push(served, receiver, TOKEN);
                let wanted = answer["outcome"] == outcome;
                last.replace(answer);
                wanted
            },
        );
    }

    /// Waits until a Receiver is as wanted.
    #[track_caller]
    pub(super) fn until(
        &self,
        receiver: &str,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let arguments = ["receivers.notification", receiver, "-n", &self.namespace];
        self.kubectl.until(what, &arguments, wanted)
    }

    /// Waits until a Receiver is ready.
    #[track_caller]
    pub(super) fn until_ready(&self, receiver: &str) -> Value {
        let arguments = ["receivers.notification", receiver, "-n", &self.namespace];
        self.kubectl.until_condition("Ready", &arguments)
    }

    /// When a GitRepository was last asked to reconcile.
    pub(super) fn requested_at(&self, repository: &str) -> Option<String> {
        let object =
            self.kubectl
                .get(&["gitrepositories.source", repository, "-n", &self.namespace]);
        let annotation = &object["metadata"]["annotations"][REQUESTED_AT];
        annotation.as_str().map(ToOwned::to_owned)
    }
}

/// Owned arguments that are lent to the kit.
struct Arguments(Vec<String>);

impl Arguments {
    fn each_ref(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// A condition of an object: status, reason and message.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let conditions = object["status"]["conditions"].as_array()?;
    let found = conditions.iter().find(|found| found["type"] == kind)?;
    Some((
        found["status"].as_str()?,
        found["reason"].as_str()?,
        found["message"].as_str()?,
    ))
}
