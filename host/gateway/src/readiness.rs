use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;

/// Whether this process should be sent deliveries: every latch open, and no drain begun.
#[derive(Debug, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Arc<AtomicBool>)>,
    concerns: Vec<Concern>,
    draining: AtomicBool,
}

/// Something that is not as it should be, which comes and goes.
#[derive(Clone, Debug)]
pub struct Concern {
    what: &'static str,
    grave: bool,
    of: Arc<ArcSwap<Vec<String>>>,
}

impl Concern {
    /// It is of these now; of nothing: all is well.
    pub fn set(&self, of: Vec<String>) {
        self.of.store(Arc::new(of));
    }

    fn told(&self) -> Option<String> {
        let of = self.of.load();
        (!of.is_empty()).then(|| format!("{}: {}", self.what, of.join(", ")))
    }
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

    /// Adds a concern, by the words that `/readyz` has for it; `grave`: whether it stands against
    /// readiness.
    pub fn concern(&mut self, what: &'static str, grave: bool) -> Concern {
        let concern = Concern {
            what,
            grave,
            of: Arc::default(),
        };
        self.concerns.push(concern.clone());
        concern
    }

    /// What stands against readiness now, by name.
    #[must_use]
    pub fn failing(&self) -> Vec<String> {
        let closed = self
            .checks
            .iter()
            .filter(|(_, met)| !met.load(Ordering::Acquire))
            .map(|(name, _)| (*name).to_owned());
        let draining = self.draining().then(|| "draining".to_owned());
        closed.chain(self.told(true)).chain(draining).collect()
    }

    /// What is to be told and does not stand against readiness.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.told(false).collect()
    }

    fn told(&self, grave: bool) -> impl Iterator<Item = String> {
        let concerns = self.concerns.iter();
        let concerns = concerns.filter(move |concern| concern.grave == grave);
        concerns.filter_map(Concern::told)
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
        assert_eq!(readiness.failing(), [""; 0]);
        readiness.drain();
        assert_eq!(readiness.failing(), ["draining"]);
    }

    #[test]
    fn a_concern_comes_and_goes_and_counts_if_it_is_grave() {
        for (grave, failing, warnings) in [(true, 1, 0), (false, 0, 1)] {
            let mut readiness = Readiness::new();
            let concern = readiness.concern("absent", grave);
            let told = |readiness: &Readiness| (readiness.failing(), readiness.warnings());
            assert_eq!(told(&readiness), (vec![], vec![]));
            concern.set(vec!["a".into(), "b".into()]);
            let line = |times| vec!["absent: a, b".to_owned(); times];
            assert_eq!(told(&readiness), (line(failing), line(warnings)));
            assert!(readiness.synced(), "what is known is known");
            concern.set(Vec::new());
            assert_eq!(told(&readiness), (vec![], vec![]));
        }
    }
}
