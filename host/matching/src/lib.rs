//! `matchEvent`: decides which objects an event concerns.
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
//! A change concerns an object if both have the same:
//!
//! | object | Git change | artifact | pull or merge request |
//! |---|---|---|---|
//! | GitRepository | repository, and branch, tag, range, name or commit | never | repository, and branch (the source; once merged, also the target), ref of the request itself, or commit |
//! | OCIRepository | never | repository, and tag, range or digest | never |
//! | ImageRepository | never | repository | never |
//! | HelmRepository of type `oci` | never | repository below the URL | never |
//! | HelmRepository over HTTP | unknown: its pages may be published from Git | unknown | unknown |
//! | Bucket | unknown: a build may fill it | unknown | unknown |
//! | HelmChart | as its source | repository below the HelmRepository, and range | as its source |
//! | ResourceSetInputProvider that lists requests | repository, and no tag moved | never | repository |
//! | … branches or environments | repository, and no tag moved | never | repository |
//! | … tags | repository, and no branch moved | never | never |
//! | … tags of artifacts | never | repository | never |
//! | any other | unknown | unknown | unknown |
//!
//! Two kinds of other changes are known. A `bucket` concerns a Bucket at one of its locations, and
//! a `chart-index` a HelmRepository over HTTP at one of its locations. Neither concerns an object
//! that follows a repository. Any other kind is unknown.
//!
//! Unknown counts as a match, because a superfluous reconcile costs less than a missing one. A
//! deletion matches only objects that list branches or tags.

mod bucket;
mod chart_index;
mod git_host;
mod git_url;
mod http_location;
mod listed_inputs;
mod located_change;
mod match_result;
mod range;
mod reference;
mod registry;
mod registry_host;
mod repository;
mod request;
mod spec;
#[cfg(test)]
mod tests;

use std::borrow::{Borrow, Cow};

pub use listed_inputs::ListedInputs;
pub use match_result::{Agreement, Difference, Doubt, Match};
pub use range::VersionRange;
pub use reference::{ArtifactReference, GitReference};
pub use repository::Repository;
pub use spec::{SourceRef, TargetSpec};

use bellpull_core::text::printable;
use bellpull_core::{Acceptance, Event, EventSet};
use located_change::LocatedChange;

/// The approximate maximum length of an explanation, in bytes.
const MAX_EXPLANATION_BYTES: usize = 1024;

/// The events of a delivery, parsed once and compared with many objects.
#[derive(Clone, Debug)]
pub struct Matcher<'e> {
    /// The changes of each event.
    events: Vec<Vec<LocatedChange<'e>>>,
    complete: bool,
}

impl<'e> Matcher<'e> {
    /// Parses what the events name.
    #[must_use]
    pub fn new(acceptance: &'e Acceptance) -> Self {
        let changes = |event: &'e Event| event.changes.iter().map(LocatedChange::new).collect();
        Self {
            events: acceptance.events.iter().map(changes).collect(),
            complete: acceptance.complete,
        }
    }

    /// The events that may concern an object. `source` returns the spec of a chart's source, from
    /// the chart's own namespace, or `None` if it is not known.
    #[must_use]
    pub fn concerning<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> EventSet {
        let followed = follow_chart(spec, source);
        let events = self.events.iter().enumerate();
        let concerning = events.filter(|(_, changes)| strongest(changes, &followed).0.selects());
        let listed = concerning.map(|(index, _)| index).collect();
        match self.complete {
            true => listed,
            false => listed | EventSet::UNLISTED,
        }
    }

    /// The strongest match of any event with an object. `source` is as for [`Matcher::concerning`].
    #[must_use]
    pub fn compare<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> Match {
        self.strongest(&follow_chart(spec, source)).0
    }

    /// The result of [`Matcher::compare`] in one line for people, with both sides as they were
    /// compared.
    #[must_use]
    pub fn explain<S: Borrow<TargetSpec>>(
        &self,
        spec: &TargetSpec,
        source: impl Fn(&SourceRef) -> Option<S>,
    ) -> String {
        let followed = follow_chart(spec, source);
        let (found, change) = self.strongest(&followed);
        let event = change.map_or_else(|| "nothing".to_owned(), LocatedChange::describe);
        let through = match spec {
            TargetSpec::Chart { source, .. } => format!(" through {}/{}", source.kind, source.name),
            _ => String::new(),
        };
        let line =
            format!("{found}; the event names {event}, the object follows {followed}{through}");
        printable(&line, MAX_EXPLANATION_BYTES)
    }

    /// The strongest match among the changes of all events.
    fn strongest(&self, followed: &TargetSpec) -> (Match, Option<&LocatedChange<'e>>) {
        let unlisted = (Match::Unknown(Doubt::Unlisted), None);
        let unlisted = (!self.complete).then_some(unlisted);
        let events = self
            .events
            .iter()
            .map(|changes| strongest(changes, followed));
        unlisted
            .into_iter()
            .chain(events)
            .max_by_key(|(found, _)| *found)
            .unwrap_or((Match::Unknown(Doubt::Changes), None))
    }
}

/// The strongest match among the changes of one event.
fn strongest<'n, 'e>(
    changes: &'n [LocatedChange<'e>],
    followed: &TargetSpec,
) -> (Match, Option<&'n LocatedChange<'e>>) {
    if let TargetSpec::Unknown(doubt) = followed {
        return (Match::Unknown(*doubt), changes.first());
    }
    let compared = changes
        .iter()
        .map(|change| (change.compare(followed), Some(change)));
    compared
        .max_by_key(|(found, _)| *found)
        .unwrap_or((Match::Unknown(Doubt::Changes), None))
}

/// The spec to compare: for a chart, what it follows through its source.
fn follow_chart<S: Borrow<TargetSpec>>(
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
            follows: ArtifactReference::Range(version.clone(), None),
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
