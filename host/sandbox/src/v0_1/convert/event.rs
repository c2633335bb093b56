//! What a component says that a delivery tells.

use bellpull_core::{Acceptance, ArtifactChange, Change, Event, GitChange, Paths, limits};

use super::wit;
use crate::stop::Stop;

/// The one event of an acceptance.
pub(super) fn accepted(from: wit::Acceptance) -> Result<Acceptance, Stop> {
    let mut taken = Taken {
        left: limits::EVENT_BYTES,
    };
    let delivery_id = taken.option(from.delivery_id)?;
    let signed_at = taken.option(from.signed_at)?;
    let mut events = from.events.into_iter();
    let (Some(event), None, true) = (events.next(), events.next(), from.complete) else {
        return Err(Stop::contract("accept without exactly one event"));
    };
    let event = Event {
        kind: taken.text(event.kind)?,
        action: taken.option(event.action)?,
        changes: event
            .changes
            .into_iter()
            .filter_map(|change| taken.change(change).transpose())
            .collect::<Result<_, _>>()?,
        payload: taken.option(event.payload)?,
    };
    Ok(Acceptance {
        delivery_id,
        signed_at,
        ..Acceptance::from(event)
    })
}

/// Takes an event over, within its size and as it is: its facts decide, and are scrubbed of
/// credentials where they leave the host ([`bellpull_core::BoundReceiver::outward`]).
struct Taken {
    left: usize,
}

impl Taken {
    fn text(&mut self, text: String) -> Result<String, Stop> {
        self.left = self
            .left
            .checked_sub(text.len())
            .ok_or_else(|| Stop::contract("event over 128 KiB"))?;
        Ok(text)
    }

    fn option(&mut self, text: Option<String>) -> Result<Option<String>, Stop> {
        text.map(|text| self.text(text)).transpose()
    }

    fn list(&mut self, list: Vec<String>) -> Result<Vec<String>, Stop> {
        list.into_iter().map(|text| self.text(text)).collect()
    }

    /// A change of a kind that nothing is matched with is none.
    fn change(&mut self, change: wit::Change) -> Result<Option<Change>, Stop> {
        Ok(Some(match change {
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
            wit::Change::Request(_) | wit::Change::Other(_) => return Ok(None),
        }))
    }
}
