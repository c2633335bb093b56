//! How Receivers authenticated last, also before this process began.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::planned::Planned;
use crate::planner::Planner;
use crate::strength::{Baseline, Remembered};
use bellpull_core::ReceiverId;
use bellpull_ports::Filters;

impl<C: Send + Sync + 'static, F: Filters> Planner<C, F> {
    /// How Receivers authenticated before this process began, by whose word.
    #[must_use]
    pub fn remembering(mut self, remembered: BTreeMap<ReceiverId, Arc<Remembered>>) -> Self {
        self.remembered = remembered;
        self
    }

    /// How every Receiver authenticates now, or did last, if that is not as it was when this was
    /// asked before. `settled`: whether all Receivers that there are have been seen, so that those
    /// that are not there any more are forgotten.
    pub fn remember(&mut self, settled: bool) -> Option<BTreeMap<ReceiverId, Arc<Remembered>>> {
        let unreadable = self.unreadable.iter();
        let unreadable = unreadable.filter_map(|(which, known)| Some((&which.id, known.as_ref()?)));
        let (waiting, remembered) = (&self.waiting, &mut self.remembered);
        let before = remembered.len();
        let every: BTreeMap<_, _> = self.planned.iter().chain(unreadable).collect();
        if settled {
            remembered.retain(|id, _| every.contains_key(id) || waiting.contains_key(id));
        }
        let mut changed = remembered.len() != before;
        for (id, planned) in every {
            let Some(baseline) = &planned.held.baseline else {
                continue;
            };
            let now = &baseline.remembered;
            if remembered.get(id).is_none_or(|known| known != now) {
                remembered.insert(id.clone(), Arc::clone(now));
                changed = true;
            }
        }
        changed.then(|| remembered.clone())
    }

    /// What a Receiver was served by last, in this process or before it began.
    pub(super) fn baseline(
        &self,
        id: &ReceiverId,
        known: Option<&Arc<Planned<C, F>>>,
    ) -> Option<Baseline<C>> {
        let known = known.and_then(|known| known.held.baseline.clone());
        known.or_else(|| {
            let remembered = self.remembered.get(id)?;
            Some(Baseline {
                remembered: Arc::clone(remembered),
                bound: None,
                settings: Vec::new(),
            })
        })
    }
}
