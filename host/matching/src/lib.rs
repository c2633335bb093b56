//! `matchEvent`: which objects an event is of.
//!
//! ```
//! use bellpull_matching::{Agreement, Match, Matcher, TargetSpec};
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
//! | object | is of a Git change if | is of an artifact if | is of a request if |
//! |---|---|---|---|
//! | GitRepository | its repository, and its branch, tag, range, name or commit | never | its repository, and a branch (once merged the source or the target), a ref of the request itself, or a commit |
//! | OCIRepository | never | its repository, and its tag, range or digest | never |
//! | ImageRepository | never | its repository | never |
//! | HelmRepository of type `oci` | never | a repository below it | never |
//! | HelmRepository over HTTP | unknown: pages may be published from Git | unknown | unknown |
//! | Bucket | unknown: a build may fill it | unknown | unknown |
//! | HelmChart | as its source | its repository below the HelmRepository, and its range | as its source |
//! | ResourceSetInputProvider of requests | its repository, and no tag | never | its repository |
//! | … of branches, of environments | its repository, and no tag | never | its repository |
//! | … of tags | its repository, and no branch | never | never |
//! | … of tags of artifacts | never | its repository | never |
//! | any other | unknown | unknown | unknown |
//!
//! Of other changes a `bucket` is of a Bucket at one of its locations, and a `chart-index` of a
//! HelmRepository over HTTP at one; either is never of an object of a repository. What else changes is
//! not known here.
//!
//! What is unknown matches, and what is deleted never does but for those who list branches or tags: a
//! false answer may cost a reconcile too many, and must not cost one that is due.

mod answer;
mod follows;
mod git_host;
mod git_url;
mod inputs;
mod named;
mod place;
mod range;
mod registry;
mod registry_host;
mod repository;
mod request;
mod spec;
#[cfg(test)]
mod tests;

use std::borrow::{Borrow, Cow};

pub use answer::{Agreement, Difference, Doubt, Match};
pub use follows::{ArtifactFollows, GitFollows};
pub use inputs::InputsFollow;
pub use repository::Repository;
pub use spec::{SourceRef, TargetSpec};

use bellpull_core::text::printable;
use bellpull_core::{Acceptance, Event, EventSet};
use named::NamedChange;

/// An explanation is one line, of at most about this many bytes.
const MAX_EXPLANATION_BYTES: usize = 1024;

/// What a delivery tells, made ready to be compared with many objects.
#[derive(Clone, Debug)]
pub struct Matcher<'e> {
    /// The changes of each event.
    events: Vec<Vec<NamedChange<'e>>>,
    complete: bool,
}

impl<'e> Matcher<'e> {
    /// Reads what the events name.
    #[must_use]
    pub fn new(acceptance: &'e Acceptance) -> Self {
        let named = |event: &'e Event| event.changes.iter().map(NamedChange::new).collect();
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
        let event = change.map_or_else(|| "nothing".to_owned(), NamedChange::describe);
        let through = match spec {
            TargetSpec::Chart { source, .. } => format!(" through {}/{}", source.kind, source.name),
            _ => String::new(),
        };
        let line =
            format!("{found}; the event names {event}, the object follows {followed}{through}");
        printable(&line, MAX_EXPLANATION_BYTES)
    }

    /// The nearest to what is followed, among all changes.
    fn nearest(&self, followed: &TargetSpec) -> (Match, Option<&NamedChange<'e>>) {
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
    changes: &'n [NamedChange<'e>],
    followed: &TargetSpec,
) -> (Match, Option<&'n NamedChange<'e>>) {
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
        Some(
            found @ (TargetSpec::Git { .. }
            | TargetSpec::Index { .. }
            | TargetSpec::Bucket { .. }
            | TargetSpec::Unknown(_)),
        ) => found.clone(),
        _ => TargetSpec::Unknown(Doubt::Source),
    })
}
