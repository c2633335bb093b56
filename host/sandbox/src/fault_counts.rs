use std::sync::atomic::{AtomicU64, Ordering};

use bellpull_core::Fault;

/// A counter per kind of fault.
#[derive(Default)]
pub(crate) struct FaultCounts([AtomicU64; Fault::ALL.len()]);

impl FaultCounts {
    pub(crate) fn count(&self, fault: Fault) {
        let counters = Fault::ALL.iter().zip(&self.0);
        for (_, counter) in counters.filter(|(kind, _)| **kind == fault) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Fault, u64)> {
        let counts = self.0.iter().map(|count| count.load(Ordering::Relaxed));
        Fault::ALL.into_iter().zip(counts)
    }
}
