//! `matchEvent`: which objects an event is of.
//!
//! ```
//! use bellpull_core::matching::{Agreement, Match, Matcher, TargetSpec};
//! # use bellpull_core::{Change, Event, GitChange};
//! # let push = GitChange {
//! #     repositories: vec!["git@github.com:acme/app.git".into()],
//! #     reference: Some("refs/heads/main".into()),
//! #     ..GitChange::default()
//! # };
//! # let event = Event { changes: vec![Change::Git(push)], ..Event::default() };
//! let object = serde_json::json!({"spec": {
//!     "url": "https://github.com/Acme/App", "ref": {"branch": "main"},
//! }});
//! let spec = TargetSpec::read("source.toolkit.fluxcd.io/v1", "GitRepository", &object);
//! let found = Matcher::new(&event.into()).compare(&spec, |_| None::<TargetSpec>);
//! assert_eq!(found, Match::Matched(Agreement::Ref));
//! ```
//!
//! | object | is of a Git change if | is of an artifact if |
//! |---|---|---|
//! | GitRepository | its repository, and its branch, tag, range, name or commit | never |
//! | OCIRepository | never | its repository, and its tag, range or digest |
//! | ImageRepository | never | its repository |
//! | HelmRepository of type `oci` | never | a repository below it |
//! | HelmRepository over HTTP | unknown: pages may be published from Git | unknown |
//! | HelmChart | as its GitRepository | its repository below the HelmRepository, and its range |
//! | any other, a Bucket too | unknown | unknown |
//!
//! What is unknown matches, and what is deleted never does: a false answer may cost a reconcile too
//! many, and must not cost one that is due.

mod answer;
mod follows;
mod git_host;
mod git_url;
mod range;
mod registry;
mod registry_host;
mod repository;
mod spec;
#[cfg(test)]
mod tests;

use std::borrow::{Borrow, Cow};

pub use answer::{Agreement, Difference, Doubt, Match};
pub use follows::{ArtifactFollows, GitFollows};
pub use repository::Repository;
pub use spec::{SourceRef, TargetSpec};

use crate::text::printable;
use crate::{Acceptance, Change, Event, EventSet};
use repository::Relation;

/// An explanation is one line, of at most about this many bytes.
const MAX_EXPLANATION_BYTES: usize = 1024;

/// What a delivery tells, made ready to be compared with many objects.
#[derive(Clone, Debug)]
pub struct Matcher<'e> {
    /// The changes of each event.
    events: Vec<Vec<Named<'e>>>,
    complete: bool,
}

/// A change, and the repositories that could be read of those it names.
#[derive(Clone, Debug)]
struct Named<'e> {
    change: &'e Change,
    repositories: Vec<Repository>,
}

impl<'e> Matcher<'e> {
    /// Reads what the events name.
    #[must_use]
    pub fn new(acceptance: &'e Acceptance) -> Self {
        let named = |event: &'e Event| event.changes.iter().map(Named::new).collect();
        Self {
            events: acceptance.events.iter().map(named).collect(),
            complete: acceptance.complete,
        }
    }

    /// Which of the events may be of an object. `source` gives the spec of a chart's source, from the
    /// chart's own namespace, and none where that is not known.
    #[must_use]
    pub fn concerning<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> EventSet {
        let followed = resolved(spec, source);
        let events = self.events.iter().enumerate();
        let concerning = events.filter(|(_, changes)| nearest(changes, &followed).0.selects());
        let listed = concerning.map(|(index, _)| index).collect();
        match self.complete {
            true => listed,
            false => listed | EventSet::UNLISTED,
        }
    }

    /// What the nearest of the events is to an object; `source` as before.
    #[must_use]
    pub fn compare<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> Match {
        self.nearest(&resolved(spec, source)).0
    }

    /// The same in one line for people, with both sides in the form in which they were compared.
    #[must_use]
    pub fn explain<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> String {
        let followed = resolved(spec, source);
        let (found, change) = self.nearest(&followed);
        let event = change.map_or_else(|| "nothing".to_owned(), Named::describe);
        let through = match spec {
            TargetSpec::Chart { source, .. } => format!(" through {}/{}", source.kind, source.name),
            _ => String::new(),
        };
        let line =
            format!("{found}; the event names {event}, the object follows {followed}{through}");
        printable(&line, MAX_EXPLANATION_BYTES)
    }

    /// The nearest to what is followed, among all changes.
    fn nearest(&self, followed: &TargetSpec) -> (Match, Option<&Named<'e>>) {
        let unlisted = (Match::Unknown(Doubt::Unlisted), None);
        let unlisted = (!self.complete).then_some(unlisted);
        let events = self.events.iter().map(|changes| nearest(changes, followed));
        unlisted
            .into_iter()
            .chain(events)
            .max_by_key(|(found, _)| *found)
            .unwrap_or((Match::Unknown(Doubt::Changes), None))
    }
}

/// The change of one event that is nearest to what is followed.
fn nearest<'n, 'e>(
    changes: &'n [Named<'e>],
    followed: &TargetSpec,
) -> (Match, Option<&'n Named<'e>>) {
    if let TargetSpec::Unknown(doubt) = followed {
        return (Match::Unknown(*doubt), changes.first());
    }
    let compared = changes
        .iter()
        .map(|named| (named.compare(followed), Some(named)));
    compared
        .max_by_key(|(found, _)| *found)
        .unwrap_or((Match::Unknown(Doubt::Changes), None))
}

/// A chart is what its source has of it; anything else is itself.
fn resolved<S: Borrow<TargetSpec>>(
    spec: &TargetSpec,
    source: impl Fn(&SourceRef) -> Option<S>,
) -> Cow<'_, TargetSpec> {
    let TargetSpec::Chart {
        source: reference,
        chart,
        version,
    } = spec
    else {
        return Cow::Borrowed(spec);
    };
    Cow::Owned(match source(reference).as_ref().map(Borrow::borrow) {
        Some(TargetSpec::Charts { registry }) => TargetSpec::Artifact {
            repository: registry::below(registry, &chart.to_lowercase()),
            follows: ArtifactFollows::Range(version.clone(), None),
        },
        Some(found @ (TargetSpec::Git { .. } | TargetSpec::Unknown(_))) => found.clone(),
        _ => TargetSpec::Unknown(Doubt::Source),
    })
}

impl<'e> Named<'e> {
    fn new(change: &'e Change) -> Self {
        let repositories = match change {
            Change::Git(git) => read(&git.repositories, git_url::fold),
            Change::Artifact(artifact) => read(&artifact.repositories, registry::fold),
        };
        Self {
            change,
            repositories,
        }
    }

    fn compare(&self, followed: &TargetSpec) -> Match {
        match (followed, self.change) {
            (
                TargetSpec::Git {
                    repository,
                    follows,
                },
                Change::Git(change),
            ) => {
                let relation = self.relation(|named| repository.relation(named));
                within(relation, change.deleted, || follows.compare(change))
            }
            (
                TargetSpec::Artifact {
                    repository,
                    follows,
                },
                Change::Artifact(change),
            ) => {
                let relation = self.relation(|named| repository.relation(named));
                within(relation, change.deleted, || follows.compare(change))
            }
            (TargetSpec::Charts { registry }, Change::Artifact(change)) => {
                let relation = self.relation(|named| registry.relation_below(named));
                let any = || Match::Matched(Agreement::Repository);
                within(relation, change.deleted, any)
            }
            (TargetSpec::Chart { .. } | TargetSpec::Unknown(_), _) => Match::Unknown(Doubt::Source),
            _ => Match::Differs(Difference::Nature),
        }
    }

    /// The nearest of the names counts, since all are names of one repository.
    fn relation(&self, to: impl Fn(&Repository) -> Relation) -> Option<Relation> {
        self.repositories.iter().map(to).max()
    }

    fn describe(&self) -> String {
        let repository = match self.repositories.first() {
            Some(repository) => repository.to_string(),
            None => "an unreadable repository".to_owned(),
        };
        let (named, deleted) = match self.change {
            Change::Git(change) => {
                let commit = change.after.as_ref().map(|after| format!("commit {after}"));
                let reference = change.reference.clone();
                ([reference, commit], change.deleted)
            }
            Change::Artifact(change) => {
                let tag = change.tag.as_ref().map(|tag| format!("tag {tag}"));
                ([tag, change.digest.clone()], change.deleted)
            }
        };
        let named: Vec<String> = named.into_iter().flatten().collect();
        let gone = if deleted { "the deletion of " } else { "" };
        [gone, &repository, " ", &named.join(" ")]
            .concat()
            .trim_end()
            .to_owned()
    }
}

/// What a change is to an object, from what their repositories are to each other, none where the
/// event's cannot be read, and what `compare` makes of the rest. What is deleted is nobody's, since
/// it brings nothing to fetch.
fn within(relation: Option<Relation>, deleted: bool, compare: impl FnOnce() -> Match) -> Match {
    let doubt = match relation {
        Some(Relation::Other) => return Match::Differs(Difference::Repository),
        Some(Relation::Same) => None,
        Some(Relation::Perhaps) => Some(Doubt::Host),
        None => Some(Doubt::Repository),
    };
    if deleted {
        return Match::Differs(Difference::Deleted);
    }
    match (compare(), doubt) {
        (Match::Matched(_), Some(doubt)) => Match::Unknown(doubt),
        (found, _) => found,
    }
}

/// Senders repeat themselves.
fn read(names: &[String], fold: impl Fn(&str) -> Option<Repository>) -> Vec<Repository> {
    let mut found: Vec<Repository> = Vec::new();
    for repository in names.iter().filter_map(|name| fold(name)) {
        if !found.contains(&repository) {
            found.push(repository);
        }
    }
    found
}
