//! Which Receiver owns each path, and what answers it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::planned::{LostReceiver, Planned};
use crate::{Plan, Reason, ReceiverState};
use bellpull_core::ReceiverId;
use bellpull_ports::{Entry, Filters, Routes};

/// Makes one plan of the plans of all Receivers.
pub(super) fn publish<C, F: Filters>(
    planned: &[&Arc<Planned<C, F>>],
    lost: &[LostReceiver<C, F>],
) -> Plan<C, F> {
    let paths = PathOwners::of(planned);
    let mut receivers: Vec<Arc<ReceiverState>> = planned
        .iter()
        .map(|one| match paths.collided.get(&one.state.id) {
            Some(owner) => Arc::new(one.state.collided(owner)),
            None => Arc::clone(&one.state),
        })
        .collect();
    let mut entries = paths.entries();
    for lost in lost {
        close_paths(lost, &mut entries);
        let unreadable = &lost.unreadable;
        if let Some(problem) = &unreadable.problem {
            receivers.push(Arc::new(ReceiverState::unreadable(&unreadable.id, problem)));
        }
    }
    receivers.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Plan {
        routes: Routes::new(entries),
        receivers,
    }
}

struct PathOwners<'a, C, F: Filters> {
    owners: HashMap<Arc<str>, &'a Arc<Planned<C, F>>>,
    /// Each Receiver that has lost a path, with the owner of that path.
    collided: HashMap<&'a ReceiverId, &'a ReceiverId>,
}

impl<'a, C, F: Filters> PathOwners<'a, C, F> {
    fn of(planned: &[&'a Arc<Planned<C, F>>]) -> Self {
        let mut owners: HashMap<Arc<str>, &Arc<Planned<C, F>>> =
            HashMap::with_capacity(planned.len());
        let mut collided = HashMap::new();
        for &one in planned {
            for path in &one.state.paths {
                let Some(owner) = owners.insert(Arc::clone(path), one) else {
                    continue;
                };
                if Arc::ptr_eq(owner, one) {
                    continue;
                }
                let (first, second) = if owner.precedence() <= one.precedence() {
                    (owner, one)
                } else {
                    (one, owner)
                };
                owners.insert(Arc::clone(path), first);
                collided.insert(&second.state.id, &first.state.id);
            }
        }
        Self { owners, collided }
    }

    fn entries(self) -> HashMap<Arc<str>, Entry<C, F>> {
        let mut entries = HashMap::with_capacity(self.owners.len());
        for (path, owner) in self.owners {
            let entry = if self.collided.contains_key(&owner.state.id) {
                owner.unavailable(Reason::PathCollision)
            } else {
                owner.entry.clone()
            };
            entries.insert(path, entry);
        }
        entries
    }
}

/// Closes the paths of a Receiver that cannot be read, unless another Receiver serves them.
fn close_paths<C, F: Filters>(
    lost: &LostReceiver<C, F>,
    entries: &mut HashMap<Arc<str>, Entry<C, F>>,
) {
    let last = lost.last.as_ref().map(|last| &last.state);
    for path in last.iter().flat_map(|state| &state.paths) {
        entries
            .entry(Arc::clone(path))
            .or_insert_with(|| Entry::Unavailable {
                receiver: lost.unreadable.id.clone(),
                provider: None,
                reason: Reason::Unreadable.as_str(),
            });
    }
}
