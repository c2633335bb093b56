use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process should be sent deliveries: every latch open, and no drain begun.
#[derive(Debug, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Arc<AtomicBool>)>,
    draining: AtomicBool,
}

/// A condition that is met once and stays so.
#[derive(Clone, Debug)]
pub struct Latch(Arc<AtomicBool>);

impl Latch {
    /// The condition is met.
    pub fn open(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Readiness {
    /// Ready as soon as the latches that are added are open.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition, by the name that `/readyz` calls it.
    pub fn latch(&mut self, name: &'static str) -> Latch {
        let met = Arc::new(AtomicBool::new(false));
        self.checks.push((name, Arc::clone(&met)));
        Latch(met)
    }

    /// What stands against readiness now, by name.
    #[must_use]
    pub fn failing(&self) -> Vec<&'static str> {
        let closed = self
            .checks
            .iter()
            .filter(|(_, met)| !met.load(Ordering::Acquire))
            .map(|(name, _)| *name);
        closed
            .chain(self.draining().then_some("draining"))
            .collect()
    }

    /// Whether every latch is open: from then on, what is not known does not exist.
    #[must_use]
    pub fn synced(&self) -> bool {
        self.checks
            .iter()
            .all(|(_, met)| met.load(Ordering::Acquire))
    }

    /// Whether the process is about to end.
    #[must_use]
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_fails_until_all_is_open_and_again_once_draining() {
        let mut readiness = Readiness::new();
        let (receivers, components) = (readiness.latch("receivers"), readiness.latch("components"));
        assert_eq!(readiness.failing(), ["receivers", "components"]);
        components.open();
        assert_eq!(readiness.failing(), ["receivers"]);
        receivers.open();
        assert!(readiness.failing().is_empty());
        readiness.drain();
        assert_eq!(readiness.failing(), ["draining"]);
    }
}
