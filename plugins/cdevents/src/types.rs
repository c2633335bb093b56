//! The types of CDEvents, from the JSON schemas of <https://github.com/cdevents/spec> at v0.3.0,
//! v0.4.1 and v0.5.1. Each version of the specification gives a type another version, so the
//! version of a type determines that of the specification.

use crate::member::{
    ARTIFACT, CHANGE, CREATOR, ENVIRONMENT, FORMAT, NAME, PIPELINE, RESOLUTION, SIGNATURE, SUMMARY,
    TICKET, URI,
};
use crate::need::Need::{self, Outcome, OutputType, Purl, Text, Url};
use crate::spec::Spec;

/// A type in all its versions.
#[derive(Debug)]
pub(crate) struct Type {
    /// `<subject>.<predicate>`.
    pub(crate) name: &'static str,
    /// The value of `subject.type`, up to 0.4.
    pub(crate) subject: &'static str,
    versions: [&'static str; 3],
    pub(crate) needs: &'static [Need],
}

impl Type {
    /// The version of the type in a version of the specification.
    pub(crate) const fn version(&self, spec: Spec) -> Option<&'static str> {
        let [v0_3, v0_4, v0_5] = self.versions;
        let version = match spec {
            Spec::V0_3 => v0_3,
            Spec::V0_4 => v0_4,
            Spec::V0_5 => v0_5,
        };
        if version.is_empty() {
            None
        } else {
            Some(version)
        }
    }

    /// The version of the specification in which the type has this version.
    pub(crate) fn spec_of(&self, version: &str) -> Option<Spec> {
        let of = |spec: &Spec| self.version(*spec) == Some(version);
        Spec::ALL.into_iter().find(of)
    }
}

const NONE: &[Need] = &[];
const TESTED: &[Need] = &[Text(ENVIRONMENT)];
const TEST_DONE: &[Need] = &[Outcome, Text(ENVIRONMENT)];
const SERVED: &[Need] = &[Text(ENVIRONMENT), Purl(ARTIFACT)];
const REPORTED: &[Need] = &[Text(ENVIRONMENT), Text(TICKET)];
const CLOSED: &[Need] = &[Text(URI), Text(RESOLUTION)];
const OPENED: &[Need] = &[Text(SUMMARY), Text(CREATOR), Text(URI)];

/// A row of the table. An empty version means that the specification does not have the type.
const fn row(
    name: &'static str,
    subject: &'static str,
    versions: [&'static str; 3],
    needs: &'static [Need],
) -> Type {
    Type {
        name,
        subject,
        versions,
        needs,
    }
}

/// Every type, sorted by name.
pub(crate) const TYPES: &[Type] = &[
    row("artifact.deleted", "artifact", ["", "0.1.0", "0.2.0"], NONE),
    row(
        "artifact.downloaded",
        "artifact",
        ["", "0.1.0", "0.2.0"],
        NONE,
    ),
    row(
        "artifact.packaged",
        "artifact",
        ["0.1.1", "0.2.0", "0.3.0"],
        &[Text(CHANGE)],
    ),
    row(
        "artifact.published",
        "artifact",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "artifact.signed",
        "artifact",
        ["0.1.0", "0.2.0", "0.3.0"],
        &[Text(SIGNATURE)],
    ),
    row(
        "branch.created",
        "branch",
        ["0.1.2", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "branch.deleted",
        "branch",
        ["0.1.2", "0.2.0", "0.3.0"],
        NONE,
    ),
    row("build.finished", "build", ["0.1.1", "0.2.0", "0.3.0"], NONE),
    row("build.queued", "build", ["0.1.1", "0.2.0", "0.3.0"], NONE),
    row("build.started", "build", ["0.1.1", "0.2.0", "0.3.0"], NONE),
    row(
        "change.abandoned",
        "change",
        ["0.1.2", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "change.created",
        "change",
        ["0.1.2", "0.3.0", "0.4.0"],
        NONE,
    ),
    row("change.merged", "change", ["0.1.2", "0.2.0", "0.3.0"], NONE),
    row(
        "change.reviewed",
        "change",
        ["0.1.2", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "change.updated",
        "change",
        ["0.1.2", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "environment.created",
        "environment",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "environment.deleted",
        "environment",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "environment.modified",
        "environment",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "incident.detected",
        "incident",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row(
        "incident.reported",
        "incident",
        ["0.1.0", "0.2.0", "0.3.0"],
        REPORTED,
    ),
    row(
        "incident.resolved",
        "incident",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row(
        "pipelinerun.finished",
        "pipelineRun",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "pipelinerun.queued",
        "pipelineRun",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "pipelinerun.started",
        "pipelineRun",
        ["0.1.1", "0.2.0", "0.3.0"],
        &[Text(PIPELINE), Url],
    ),
    row(
        "repository.created",
        "repository",
        ["0.1.1", "0.2.0", "0.3.0"],
        &[Text(NAME), Url],
    ),
    row(
        "repository.deleted",
        "repository",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "repository.modified",
        "repository",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "service.deployed",
        "service",
        ["0.1.1", "0.2.0", "0.3.0"],
        SERVED,
    ),
    row(
        "service.published",
        "service",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "service.removed",
        "service",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "service.rolledback",
        "service",
        ["0.1.1", "0.2.0", "0.3.0"],
        SERVED,
    ),
    row(
        "service.upgraded",
        "service",
        ["0.1.1", "0.2.0", "0.3.0"],
        SERVED,
    ),
    row(
        "taskrun.finished",
        "taskRun",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "taskrun.started",
        "taskRun",
        ["0.1.1", "0.2.0", "0.3.0"],
        NONE,
    ),
    row(
        "testcaserun.finished",
        "testCaseRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TEST_DONE,
    ),
    row(
        "testcaserun.queued",
        "testCaseRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row(
        "testcaserun.skipped",
        "testCaseRun",
        ["", "0.1.0", "0.2.0"],
        NONE,
    ),
    row(
        "testcaserun.started",
        "testCaseRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row(
        "testoutput.published",
        "testOutput",
        ["0.1.0", "0.2.0", "0.3.0"],
        &[OutputType, Text(FORMAT)],
    ),
    row(
        "testsuiterun.finished",
        "testSuiteRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TEST_DONE,
    ),
    row(
        "testsuiterun.queued",
        "testSuiteRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row(
        "testsuiterun.started",
        "testSuiteRun",
        ["0.1.0", "0.2.0", "0.3.0"],
        TESTED,
    ),
    row("ticket.closed", "ticket", ["", "0.1.0", "0.2.0"], CLOSED),
    row("ticket.created", "ticket", ["", "0.1.0", "0.2.0"], OPENED),
    row(
        "ticket.updated",
        "ticket",
        ["", "0.1.0", "0.2.0"],
        &[Text(URI)],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_types_version_tells_the_specifications() {
        for kind in TYPES {
            let versions: Vec<_> = kind
                .versions
                .iter()
                .filter(|version| !version.is_empty())
                .collect();
            for (index, version) in versions.iter().enumerate() {
                assert!(!versions[..index].contains(version), "{}", kind.name);
            }
        }
        let count = |spec| {
            TYPES
                .iter()
                .filter(|kind| kind.version(spec).is_some())
                .count()
        };
        assert_eq!(Spec::ALL.map(count), [39, 45, 45]);
    }

    #[test]
    fn types_are_sorted_and_named_once() {
        assert!(TYPES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
