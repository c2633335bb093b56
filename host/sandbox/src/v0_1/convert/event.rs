//! The events of a delivery.

use std::collections::BTreeMap;

use bellpull_core::{
    Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, Paths, RequestChange, limits,
};

use crate::v0_1::bindings::bellpull::provider::types as wit;
use crate::violation::Violation;

/// An acceptance without claims. Facts that are not of their form are dropped.
pub(in crate::v0_1) fn acceptance(from: wit::Acceptance) -> Result<Acceptance, Violation> {
    let (events, most) = (from.events.len(), limits::EVENTS);
    if events == 0 {
        return Err(Violation::contract("accept without an event"));
    }
    if events > most {
        return Err(Violation::contract(format!(
            "{events} events, at most {most} are taken"
        )));
    }
    let mut remaining = Remaining::new();
    let mut acceptance = Acceptance {
        delivery_id: remaining.option(from.delivery_id)?,
        signed_at: remaining.option(from.signed_at)?,
        events: from
            .events
            .into_iter()
            .map(|event| remaining.event(event))
            .collect::<Result<_, _>>()?,
        complete: from.complete,
        claims: None,
    };
    acceptance.drop_wrong_facts();
    Ok(acceptance)
}

/// The event of an ignored delivery, within the bounds of an accepted one.
pub(in crate::v0_1) fn event(from: wit::Event) -> Result<Event, Violation> {
    let mut event = Remaining::new().event(from)?;
    event.drop_wrong_facts();
    Ok(event)
}

/// What is left of the bounds of one verdict. Facts are not rewritten, since they decide: credentials are
/// scrubbed where facts leave the host ([`bellpull_ports::BoundReceiver::scrub`]).
struct Remaining {
    /// Bytes of text.
    text: usize,
    changes: usize,
}

impl Remaining {
    fn new() -> Self {
        Self {
            text: limits::EVENT_BYTES,
            changes: limits::CHANGES,
        }
    }

    fn text(&mut self, text: String) -> Result<String, Violation> {
        self.text = self
            .text
            .checked_sub(text.len())
            .ok_or_else(|| Violation::contract("accept with more than 128 KiB of texts"))?;
        Ok(text)
    }

    fn option(&mut self, text: Option<String>) -> Result<Option<String>, Violation> {
        text.map(|text| self.text(text)).transpose()
    }

    fn list(&mut self, list: Vec<String>) -> Result<Vec<String>, Violation> {
        list.into_iter().map(|text| self.text(text)).collect()
    }

    /// When a name is given twice, its first value counts.
    fn map(&mut self, pairs: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Violation> {
        let mut map = BTreeMap::new();
        for (name, text) in pairs {
            let (name, text) = (self.text(name)?, self.text(text)?);
            map.entry(name).or_insert(text);
        }
        Ok(map)
    }

    fn event(&mut self, event: wit::Event) -> Result<Event, Violation> {
        let (changes, most) = (event.changes.len(), limits::EVENT_CHANGES);
        if changes > most {
            let said = format!("an event with {changes} changes, at most {most} are taken");
            return Err(Violation::contract(said));
        }
        self.changes = self.changes.checked_sub(changes).ok_or_else(|| {
            let most = limits::CHANGES;
            Violation::contract(format!("accept with more than {most} changes in all"))
        })?;
        Ok(Event {
            kind: self.text(event.kind)?,
            action: self.option(event.action)?,
            changes: event
                .changes
                .into_iter()
                .map(|change| self.change(change))
                .collect::<Result<_, _>>()?,
            payload: self.option(event.payload)?,
            dropped: Vec::new(),
        })
    }

    fn change(&mut self, change: wit::Change) -> Result<Change, Violation> {
        Ok(match change {
            wit::Change::Git(git) => Change::Git(GitChange {
                repositories: self.list(git.repositories)?,
                reference: self.option(git.ref_)?,
                before: self.option(git.before)?,
                after: self.option(git.after)?,
                deleted: git.deleted,
                paths: match git.paths {
                    wit::Paths::Unknown => Paths::Unknown,
                    wit::Paths::Complete(list) => Paths::Complete(self.list(list)?),
                    wit::Paths::Truncated(list) => Paths::Truncated(self.list(list)?),
                },
            }),
            wit::Change::Artifact(artifact) => Change::Artifact(ArtifactChange {
                repositories: self.list(artifact.repositories)?,
                tag: self.option(artifact.tag)?,
                digest: self.option(artifact.digest)?,
                deleted: artifact.deleted,
            }),
            wit::Change::Request(request) => Change::Request(RequestChange {
                repositories: self.list(request.repositories)?,
                number: self.text(request.number)?,
                source: self.option(request.source)?,
                target: self.option(request.target)?,
                head: self.option(request.head)?,
                action: self.option(request.action)?,
                merged: request.merged,
                draft: request.draft,
                labels: request.labels.map(|labels| self.list(labels)).transpose()?,
            }),
            wit::Change::Other(other) => Change::Other(OtherChange {
                kind: self.text(other.kind)?,
                locations: self.list(other.locations)?,
                name: self.option(other.name)?,
                revision: self.option(other.revision)?,
                attributes: self.map(other.attributes)?,
            }),
        })
    }
}
