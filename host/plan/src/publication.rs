//! Of all Receivers together: which path is whose.

use std::collections::HashMap;
use std::sync::Arc;

use crate::planned::Planned;
use crate::planner::Planner;
use crate::{Plan, Reason, ReceiverState};
use bellpull_core::ReceiverId;
use bellpull_ports::{Entry, Filters, Routes};

impl<C: Send + Sync + 'static, F: Filters> Planner<C, F> {
    /// Takes in what has been hidden of deliveries since; says whether that is to be published.
    pub fn notice(&mut self) -> bool {
        let mut news = false;
        for planned in self.planned.values_mut() {
            if let Some(now) = planned.with_hidden() {
                *planned = Arc::new(now);
                news = true;
            }
        }
        news
    }

    /// Every path with what answers it now. Of two Receivers with one path the first keeps it,
    /// which is the older one where neither takes tokens.
    #[must_use]
    pub fn publish(&self) -> Plan<C, F> {
        let finished = self
            .planned
            .iter()
            .filter(|(id, _)| !self.waiting.contains_key(id))
            .map(|(_, planned)| planned);
        let planned: Vec<&Arc<Planned<C, F>>> = finished
            .chain(self.waiting.values().map(|waiting| &waiting.meanwhile))
            .collect();
        let mut owners: HashMap<Arc<str>, &Arc<Planned<C, F>>> =
            HashMap::with_capacity(planned.len());
        let mut collided: HashMap<&ReceiverId, &ReceiverId> = HashMap::new();
        for &one in &planned {
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
        let mut entries = HashMap::with_capacity(owners.len());
        for (path, owner) in owners {
            let entry = if collided.contains_key(&owner.state.id) {
                owner.unavailable(Reason::PathCollision)
            } else {
                owner.entry.clone()
            };
            entries.insert(path, entry);
        }
        let mut receivers: Vec<Arc<ReceiverState>> = planned
            .iter()
            .map(|one| match collided.get(&one.state.id) {
                Some(first) => Arc::new(one.state.collided(first)),
                None => Arc::clone(&one.state),
            })
            .collect();
        for (unreadable, known) in &self.unreadable {
            let known = known.as_ref().map(|known| &known.state);
            for path in known.iter().flat_map(|state| &state.paths) {
                entries
                    .entry(Arc::clone(path))
                    .or_insert_with(|| Entry::Unavailable {
                        receiver: unreadable.id.clone(),
                        provider: None,
                        reason: Reason::Unreadable.as_str(),
                    });
            }
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
}
