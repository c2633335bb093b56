use super::match_result::{Agreement, Difference, Doubt, Match};
use super::repository::{Relation, Repository};
use super::spec::TargetSpec;
use super::{bucket, chart_index, git_url, registry};
use bellpull_core::{Change, OtherChange};

/// A change with its locations in normal form. Unreadable locations are left out.
#[derive(Clone, Debug)]
pub(super) struct LocatedChange<'e> {
    change: &'e Change,
    locations: Vec<Repository>,
}

/// The kinds of [`OtherChange`] that can be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OtherKind {
    Bucket,
    ChartIndex,
    Unknown,
}

impl OtherKind {
    fn of(change: &OtherChange) -> Self {
        match change.kind.as_str() {
            "bucket" => Self::Bucket,
            "chart-index" => Self::ChartIndex,
            _ => Self::Unknown,
        }
    }
}

impl<'e> LocatedChange<'e> {
    pub(super) fn new(change: &'e Change) -> Self {
        let locations = match change {
            Change::Git(git) => normalize_all(&git.repositories, git_url::normalize),
            Change::Artifact(artifact) => {
                normalize_all(&artifact.repositories, registry::normalize)
            }
            Change::Request(request) => normalize_all(&request.repositories, git_url::normalize),
            Change::Other(other) => match OtherKind::of(other) {
                OtherKind::Bucket => normalize_all(&other.locations, |location| {
                    bucket::of_location(location, other.name.as_deref())
                }),
                OtherKind::ChartIndex => normalize_all(&other.locations, chart_index::normalize),
                OtherKind::Unknown => Vec::new(),
            },
        };
        Self { change, locations }
    }

    pub(super) fn compare(&self, followed: &TargetSpec) -> Match {
        match (followed, self.change) {
            (TargetSpec::Chart { .. }, _) => Match::Unknown(Doubt::Source),
            (TargetSpec::Unknown(doubt), _) => Match::Unknown(*doubt),
            (_, Change::Other(other)) => self.compare_other(OtherKind::of(other), followed),
            (
                TargetSpec::Git {
                    repository,
                    follows,
                },
                Change::Git(change),
            ) => {
                let relation = self.relation_to(repository);
                combine(relation, change.deleted, || follows.compare(change))
            }
            (
                TargetSpec::Git {
                    repository,
                    follows,
                },
                Change::Request(request),
            ) => {
                let relation = self.relation_to(repository);
                combine(relation, false, || follows.compare_request(request))
            }
            (
                TargetSpec::Artifact {
                    repository,
                    follows,
                },
                Change::Artifact(change),
            ) => {
                let relation = self.relation_to(repository);
                combine(relation, change.deleted, || follows.compare(change))
            }
            (TargetSpec::Charts { registry }, Change::Artifact(change)) => {
                let matched = || Match::Matched(Agreement::Repository);
                combine(self.relation_below(registry), change.deleted, matched)
            }
            (
                TargetSpec::Inputs {
                    repository,
                    follows,
                },
                change,
            ) => match follows.compare(change) {
                differs @ Match::Differs(Difference::Nature) => differs,
                found => combine(self.relation_to(repository), false, || found),
            },
            (TargetSpec::Bucket { .. }, _) => Match::Unknown(Doubt::Store),
            (TargetSpec::Index { .. }, _) => Match::Unknown(Doubt::Index),
            _ => Match::Differs(Difference::Nature),
        }
    }

    fn compare_other(&self, kind: OtherKind, followed: &TargetSpec) -> Match {
        match (followed, kind) {
            (_, OtherKind::Unknown) => Match::Unknown(Doubt::ChangeKind),
            (TargetSpec::Bucket { location }, OtherKind::Bucket)
            | (TargetSpec::Index { location }, OtherKind::ChartIndex) => {
                let matched = || Match::Matched(Agreement::Location);
                combine(self.relation_below(location), false, matched)
            }
            (TargetSpec::Bucket { .. }, _) => Match::Unknown(Doubt::Store),
            (TargetSpec::Index { .. }, _) => Match::Unknown(Doubt::Index),
            _ => Match::Differs(Difference::Nature),
        }
    }

    /// How the change's repository is related to `repository`. All locations are names of one
    /// repository, so the closest relation counts. `None` without a readable location.
    fn relation_to(&self, repository: &Repository) -> Option<Relation> {
        let locations = self.locations.iter();
        locations
            .map(|location| repository.relation(location))
            .max()
    }

    /// The same, if everything below `base` belongs to it.
    fn relation_below(&self, base: &Repository) -> Option<Relation> {
        let locations = self.locations.iter();
        locations
            .map(|location| base.relation_below(location))
            .max()
    }

    pub(super) fn describe(&self) -> String {
        let unreadable = match self.change {
            Change::Other(_) => "an unreadable location",
            _ => "an unreadable repository",
        };
        let location = self.locations.first().map(Repository::to_string);
        let location = location.unwrap_or_else(|| unreadable.to_owned());
        let prefixed =
            |word: &str, text: &Option<String>| text.as_ref().map(|text| format!("{word} {text}"));
        let (facts, deleted) = match self.change {
            Change::Git(change) => {
                let commit = prefixed("commit", &change.after);
                (vec![change.reference.clone(), commit], change.deleted)
            }
            Change::Artifact(change) => {
                let tag = prefixed("tag", &change.tag);
                (vec![tag, change.digest.clone()], change.deleted)
            }
            Change::Request(change) => {
                let number = Some(format!("request {}", change.number));
                let source = prefixed("of", &change.source);
                let target = prefixed("into", &change.target);
                (vec![number, source, target], false)
            }
            Change::Other(change) => {
                let kind = Some(format!("of kind {:?}", change.kind));
                (vec![change.name.clone(), kind], false)
            }
        };
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let deletion = if deleted { "the deletion of " } else { "" };
        [deletion, &location, " ", &facts.join(" ")]
            .concat()
            .trim_end()
            .to_owned()
    }
}

/// Combines the relation of the repositories, `None` if the event's cannot be read, with the result
/// of `compare`, which compares the rest. A deletion brings nothing to fetch and never matches.
fn combine(relation: Option<Relation>, deleted: bool, compare: impl FnOnce() -> Match) -> Match {
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

/// The normal forms of `names`, each once.
pub(super) fn normalize_all<I: IntoIterator<Item = Repository>>(
    names: &[String],
    normalize: impl Fn(&str) -> I,
) -> Vec<Repository> {
    let mut found: Vec<Repository> = Vec::new();
    for location in names.iter().flat_map(|name| normalize(name)) {
        if !found.contains(&location) {
            found.push(location);
        }
    }
    found
}
