use super::answer::{Agreement, Difference, Doubt, Match};
use super::repository::{Relation, Repository};
use super::spec::TargetSpec;
use super::{git_url, place, registry};
use bellpull_core::{Change, OtherChange};

/// A change, and the places that could be read of those it names.
#[derive(Clone, Debug)]
pub(super) struct NamedChange<'e> {
    change: &'e Change,
    places: Vec<Repository>,
}

/// What matching knows of the words for other changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thing {
    Bucket,
    ChartIndex,
    Unknown,
}

impl Thing {
    fn of(change: &OtherChange) -> Self {
        match change.kind.as_str() {
            "bucket" => Self::Bucket,
            "chart-index" => Self::ChartIndex,
            _ => Self::Unknown,
        }
    }
}

impl<'e> NamedChange<'e> {
    pub(super) fn new(change: &'e Change) -> Self {
        let places = match change {
            Change::Git(git) => read(&git.repositories, git_url::fold),
            Change::Artifact(artifact) => read(&artifact.repositories, registry::fold),
            Change::Request(request) => read(&request.repositories, git_url::fold),
            Change::Other(other) => match Thing::of(other) {
                Thing::Bucket => read(&other.locations, |location| {
                    place::buckets_at(location, other.name.as_deref())
                }),
                Thing::ChartIndex => read(&other.locations, place::index),
                Thing::Unknown => Vec::new(),
            },
        };
        Self { change, places }
    }

    pub(super) fn compare(&self, followed: &TargetSpec) -> Match {
        let other = match self.change {
            Change::Other(other) => Some(Thing::of(other)),
            _ => None,
        };
        match (followed, self.change) {
            (TargetSpec::Chart { .. }, _) => Match::Unknown(Doubt::Source),
            (TargetSpec::Unknown(doubt), _) => Match::Unknown(*doubt),
            _ if other == Some(Thing::Unknown) => Match::Unknown(Doubt::Thing),
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
                TargetSpec::Git {
                    repository,
                    follows,
                },
                Change::Request(request),
            ) => {
                let relation = self.relation(|named| repository.relation(named));
                within(relation, false, || follows.compare_request(request))
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
                within(relation, change.deleted, || {
                    Match::Matched(Agreement::Repository)
                })
            }
            (
                TargetSpec::Inputs {
                    repository,
                    follows,
                },
                change,
            ) => match follows.compare(change) {
                differs @ Match::Differs(Difference::Nature) => differs,
                found => {
                    let relation = self.relation(|named| repository.relation(named));
                    within(relation, false, || found)
                }
            },
            (TargetSpec::Bucket { location }, Change::Other(_)) if other == Some(Thing::Bucket) => {
                self.at(location)
            }
            (TargetSpec::Index { location }, Change::Other(_))
                if other == Some(Thing::ChartIndex) =>
            {
                self.at(location)
            }
            (TargetSpec::Bucket { .. }, _) => Match::Unknown(Doubt::Store),
            (TargetSpec::Index { .. }, _) => Match::Unknown(Doubt::Index),
            _ => Match::Differs(Difference::Nature),
        }
    }

    /// What the change is to an object that reads what is at a place.
    fn at(&self, place: &Repository) -> Match {
        let relation = self.relation(|named| place.relation_below(named));
        within(relation, false, || Match::Matched(Agreement::Location))
    }

    /// The nearest of the names counts, since all are names of one place.
    fn relation(&self, to: impl Fn(&Repository) -> Relation) -> Option<Relation> {
        self.places.iter().map(to).max()
    }

    pub(super) fn describe(&self) -> String {
        let unreadable = match self.change {
            Change::Other(_) => "an unreadable location",
            _ => "an unreadable repository",
        };
        let place = self.places.first().map(Repository::to_string);
        let place = place.unwrap_or_else(|| unreadable.to_owned());
        let after =
            |word: &str, text: &Option<String>| text.as_ref().map(|text| format!("{word} {text}"));
        let (named, deleted) = match self.change {
            Change::Git(change) => {
                let commit = after("commit", &change.after);
                (vec![change.reference.clone(), commit], change.deleted)
            }
            Change::Artifact(change) => {
                let tag = after("tag", &change.tag);
                (vec![tag, change.digest.clone()], change.deleted)
            }
            Change::Request(change) => {
                let number = Some(format!("request {}", change.number));
                let (of, into) = (after("of", &change.source), after("into", &change.target));
                (vec![number, of, into], false)
            }
            Change::Other(change) => {
                let what = Some(format!("of kind {:?}", change.kind));
                (vec![change.name.clone(), what], false)
            }
        };
        let named: Vec<String> = named.into_iter().flatten().collect();
        let gone = if deleted { "the deletion of " } else { "" };
        [gone, &place, " ", &named.join(" ")]
            .concat()
            .trim_end()
            .to_owned()
    }
}

/// What a change is to an object, from what their places are to each other, none where the event's
/// cannot be read, and what `compare` makes of the rest. What is deleted is nobody's, since it brings
/// nothing to fetch.
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
pub(super) fn read<I: IntoIterator<Item = Repository>>(
    names: &[String],
    fold: impl Fn(&str) -> I,
) -> Vec<Repository> {
    let mut found: Vec<Repository> = Vec::new();
    for place in names.iter().flat_map(|name| fold(name)) {
        if !found.contains(&place) {
            found.push(place);
        }
    }
    found
}
