use std::collections::BTreeMap;
use std::sync::Arc;

use crate::baseline::Baseline;
use crate::planned::Planned;
use crate::strength::Remembered;
use bellpull_core::ReceiverId;
use bellpull_ports::Filters;

/// How strongly each Receiver authenticated last, in this process or before it started.
#[derive(Default)]
pub(super) struct StrengthMemory(BTreeMap<ReceiverId, Arc<Remembered>>);

impl StrengthMemory {
    pub(super) fn new(remembered: BTreeMap<ReceiverId, Arc<Remembered>>) -> Self {
        Self(remembered)
    }

    pub(super) fn all(&self) -> &BTreeMap<ReceiverId, Arc<Remembered>> {
        &self.0
    }

    /// Forgets every Receiver that does not exist any more. Returns whether there was one.
    pub(super) fn forget_unless(&mut self, exists: impl Fn(&ReceiverId) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|id, _| exists(id));
        self.0.len() != before
    }

    /// Notes how a Receiver authenticates. Returns whether that is new.
    pub(super) fn note<C, F: Filters>(&mut self, id: &ReceiverId, planned: &Planned<C, F>) -> bool {
        let Some(baseline) = &planned.history.baseline else {
            return false;
        };
        let now = &baseline.remembered;
        let is_new = self.0.get(id).is_none_or(|known| known != now);
        if is_new {
            self.0.insert(id.clone(), Arc::clone(now));
        }
        is_new
    }

    /// The component that served a Receiver last, in this process or before it started.
    pub(super) fn baseline<C, F: Filters>(
        &self,
        id: &ReceiverId,
        earlier: Option<&Arc<Planned<C, F>>>,
    ) -> Option<Baseline<C>> {
        let earlier = earlier.and_then(|earlier| earlier.history.baseline.clone());
        earlier.or_else(|| {
            let remembered = self.0.get(id)?;
            Some(Baseline {
                remembered: Arc::clone(remembered),
                configured: None,
                settings: Vec::new(),
            })
        })
    }
}
