mod explain;
mod git_rules;
mod git_urls;
mod locations;
mod properties;
mod ranges;
mod registries;
mod registry_rules;
mod requests;
mod specs;

use serde_json::{Value, json};

use super::repository::Relation;
use super::{Match, Matcher, Repository, TargetSpec};
use bellpull_core::{Acceptance, ArtifactChange, Change, Event, GitChange};

const SOURCE: &str = "source.toolkit.fluxcd.io/v1";
const IMAGE: &str = "image.toolkit.fluxcd.io/v1";
const OPERATOR: &str = "fluxcd.controlplane.io/v1";

/// The parsed spec of an object of one of Flux's kinds.
fn read(kind: &str, spec: &Value) -> TargetSpec {
    let version = match kind {
        "ImageRepository" => IMAGE,
        "ResourceSetInputProvider" => OPERATOR,
        _ => SOURCE,
    };
    TargetSpec::read(version, kind, &json!({ "spec": spec }))
}

fn event(changes: Vec<Change>) -> Acceptance {
    Acceptance::from(Event {
        changes,
        ..Event::default()
    })
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A ref of a repository that moved to a commit. Empty texts are unknown.
fn push(repository: &str, reference: &str, after: &str) -> Change {
    Change::Git(GitChange {
        repositories: vec![repository.to_owned()],
        reference: filled(reference),
        after: filled(after),
        ..GitChange::default()
    })
}

/// A tag and a digest in a repository. Empty texts are unknown.
fn artifact(repository: &str, tag: &str, digest: &str) -> Change {
    Change::Artifact(ArtifactChange {
        repositories: vec![repository.to_owned()],
        tag: filled(tag),
        digest: filled(digest),
        ..ArtifactChange::default()
    })
}

fn deleted(change: Change) -> Change {
    match change {
        Change::Git(git) => Change::Git(GitChange {
            deleted: true,
            ..git
        }),
        Change::Artifact(artifact) => Change::Artifact(ArtifactChange {
            deleted: true,
            ..artifact
        }),
        Change::Request(_) | Change::Other(_) => unreachable!("they have no deletion"),
    }
}

/// Compares changes with an object. The source of a chart is not known.
fn compare(changes: Vec<Change>, spec: &TargetSpec) -> Match {
    Matcher::new(&event(changes)).compare(spec, |_| None::<TargetSpec>)
}

/// Compares the two names of each line, in both directions.
fn for_each_pair(table: &str, normalize: impl Fn(&str) -> Option<Repository>) {
    let signs = [
        (" = ", Relation::Same),
        (" ? ", Relation::Perhaps),
        (" ≠ ", Relation::Other),
    ];
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let pair = |(sign, relation)| Some((line.split_once(sign)?, relation));
        let ((one, other), expected) = signs.into_iter().find_map(pair).expect(line);
        let (one, other) = (normalize(one).expect(one), normalize(other).expect(other));
        let got = (one.relation(&other), other.relation(&one));
        assert_eq!(got, (expected, expected), "{line}: {one} and {other}");
    }
}
