//! A row of the tables.

use std::collections::BTreeSet;

use super::names::FIRST;
use super::request::Request;

/// What is seen of a Receiver, its Events, its answers and its targets: one fact a line.
pub(super) type Lines = BTreeSet<String>;

/// What Flux adds to every Receiver. Bellpull does not: nothing is to be done before one goes, and
/// whoever removes Bellpull must not be left with Receivers that cannot be deleted.
pub(super) const FINALIZER: &str = "finalizer: finalizers.fluxcd.io";

/// One case: what is there, what changes, what is sent, and what is seen at the end.
pub(super) struct Row {
    /// The suffix of its namespace's name.
    pub(super) name: &'static str,
    /// The spec of the Receiver `app`, in JSON's flow form.
    pub(super) spec: String,
    /// Members of the Receiver's metadata beside name, namespace and annotations.
    pub(super) metadata: &'static str,
    /// The other objects, as YAML documents.
    pub(super) objects: Vec<String>,
    /// Whether the Receiver is created with the annotation that asks for a reconciliation.
    pub(super) asked: bool,
    pub(super) steps: Vec<Step>,
    pub(super) sent: Vec<Request>,
    /// The observations of Flux, and of Bellpull where there is no difference.
    pub(super) expected: Lines,
    pub(super) differences: Vec<Difference>,
}

/// A change that follows.
pub(super) struct Step {
    pub(super) change: Change,
    /// Whether a reconciliation is asked for.
    pub(super) asks: bool,
}

pub(super) enum Change {
    /// Another spec of the Receiver.
    Spec(String),
    Apply(String),
    Delete(&'static str),
    /// No change, but a reconciliation is asked for.
    Nothing,
}

/// Where Bellpull differs from Flux, and why.
pub(super) struct Difference {
    pub(super) reason: &'static str,
    pub(super) without: Vec<String>,
    pub(super) with: Vec<String>,
}

impl Row {
    /// A Receiver of `spec`, its Secret `token`, and the GitRepository `app`.
    pub(super) fn new(name: &'static str, spec: &str) -> Self {
        let row = Self {
            name,
            spec: spec.to_owned(),
            metadata: "",
            objects: vec![secret(&format!("{{token: {FIRST}}}")), repository("app")],
            asked: true,
            steps: Vec::new(),
            sent: Vec::new(),
            expected: Lines::new(),
            differences: Vec::new(),
        };
        row.differs(
            "no finaliser is added: nothing is to be done before a Receiver goes",
            &[FINALIZER],
            &[],
        )
    }

    pub(super) fn metadata(self, metadata: &'static str) -> Self {
        Self { metadata, ..self }
    }

    /// With this Secret, or without one.
    pub(super) fn secret(mut self, secret: Option<String>) -> Self {
        self.objects.remove(0);
        self.objects.splice(0..0, secret);
        self
    }

    /// With one more object.
    pub(super) fn with(mut self, object: impl Into<String>) -> Self {
        self.objects.push(object.into());
        self
    }

    pub(super) fn unasked(self) -> Self {
        Self {
            asked: false,
            ..self
        }
    }

    /// Then something changes, and a reconciliation is asked for.
    pub(super) fn then(mut self, change: Change) -> Self {
        self.steps.push(Step { change, asks: true });
        self
    }

    /// Then something changes that must be noticed by itself.
    pub(super) fn then_unasked(mut self, change: Change) -> Self {
        self.steps.push(Step {
            change,
            asks: false,
        });
        self
    }

    pub(super) fn send(mut self, request: Request) -> Self {
        self.sent.push(request);
        self
    }

    pub(super) fn expect(self, expected: Lines) -> Self {
        Self { expected, ..self }
    }

    /// Names a difference: lines that Bellpull does not show, and those that it shows instead.
    pub(super) fn differs(mut self, reason: &'static str, without: &[&str], with: &[&str]) -> Self {
        let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
        self.differences.push(Difference {
            reason,
            without: owned(without),
            with: owned(with),
        });
        self
    }

    /// Names a difference by all observations of Bellpull.
    pub(super) fn shows(self, reason: &'static str, lines: Lines) -> Self {
        let mut instead = lines;
        instead.insert(FINALIZER.to_owned());
        let of = |some: &Lines, other: &Lines| some.difference(other).cloned().collect();
        let (without, with) = (of(&self.expected, &instead), of(&instead, &self.expected));
        let mut row = self;
        row.differences.push(Difference {
            reason,
            without,
            with,
        });
        row
    }

    /// The observations of Bellpull.
    pub(super) fn expected_of_bellpull(&self) -> Lines {
        let mut lines = self.expected.clone();
        for difference in &self.differences {
            for line in &difference.without {
                lines.remove(line);
            }
            lines.extend(difference.with.iter().cloned());
        }
        lines
    }

    /// Differences that name no difference.
    pub(super) fn empty_differences(&self) -> Vec<&'static str> {
        let gone = self.expected.contains("gone");
        let differences = self.differences.iter();
        differences
            .filter(|difference| {
                let mut without = difference.without.iter();
                let mut with = difference.with.iter();
                without.any(|line| !self.expected.contains(line) && (!gone || line != FINALIZER))
                    || with.any(|line| self.expected.contains(line))
            })
            .map(|difference| difference.reason)
            .collect()
    }
}

/// The Secret `token` with `data` in JSON's flow form.
pub(super) fn secret(data: &str) -> String {
    labelled_secret("{}", data)
}

/// As [`secret`], with labels.
pub(super) fn labelled_secret(labels: &str, data: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Secret, metadata: {{name: token, namespace: $NS, \
         labels: {labels}}}, stringData: {data}}}"
    )
}

/// A GitRepository with the label `team: a`.
pub(super) fn repository(name: &str) -> String {
    labelled_repository(name, "{team: a}")
}

pub(super) fn labelled_repository(name: &str, labels: &str) -> String {
    format!(
        "{{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {{name: {name}, \
         namespace: $NS, labels: {labels}}}, spec: {{url: 'https://example.org/app.git', \
         interval: 1h}}}}"
    )
}

/// A GitRepository of another namespace, and that namespace.
pub(super) fn foreign_repository(name: &str) -> String {
    let repository = repository(name).replace("$NS", "$NS-else");
    format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: $NS-else}}}}\n---\n{repository}")
}
