use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;

/// Whether this process can serve deliveries: every latch is open, no grave concern is raised, and
/// no drain has begun.
#[derive(Debug, Default)]
pub struct Readiness {
    latches: Vec<(&'static str, Arc<AtomicBool>)>,
    concerns: Vec<Concern>,
    draining: AtomicBool,
}

/// A problem that may come and go, such as components that are absent.
#[derive(Clone, Debug)]
pub struct Concern {
    problem: &'static str,
    grave: bool,
    affected: Arc<ArcSwap<Vec<String>>>,
}

impl Concern {
    /// Replaces the names that the problem affects. Without names, there is no problem.
    pub fn set(&self, affected: Vec<String>) {
        self.affected.store(Arc::new(affected));
    }

    fn line(&self) -> Option<String> {
        let affected = self.affected.load();
        (!affected.is_empty()).then(|| format!("{}: {}", self.problem, affected.join(", ")))
    }
}

/// A condition that is met once and stays so.
#[derive(Clone, Debug)]
pub struct Latch(Arc<AtomicBool>);

impl Latch {
    pub fn open(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Readiness {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a latch. `/readyz` shows it by this name.
    pub fn latch(&mut self, name: &'static str) -> Latch {
        let open = Arc::new(AtomicBool::new(false));
        self.latches.push((name, Arc::clone(&open)));
        Latch(open)
    }

    /// Adds a concern. `/readyz` shows it by the words of `problem`. A `grave` concern makes the
    /// process unready.
    pub fn concern(&mut self, problem: &'static str, grave: bool) -> Concern {
        let concern = Concern {
            problem,
            grave,
            affected: Arc::default(),
        };
        self.concerns.push(concern.clone());
        concern
    }

    /// Why the process is not ready.
    #[must_use]
    pub fn failing(&self) -> Vec<String> {
        let closed = self
            .latches
            .iter()
            .filter(|(_, open)| !open.load(Ordering::Acquire))
            .map(|(name, _)| (*name).to_owned());
        let draining = self.draining().then(|| "draining".to_owned());
        closed.chain(self.lines(true)).chain(draining).collect()
    }

    /// Concerns that do not make the process unready.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.lines(false).collect()
    }

    fn lines(&self, grave: bool) -> impl Iterator<Item = String> {
        let concerns = self.concerns.iter();
        let concerns = concerns.filter(move |concern| concern.grave == grave);
        concerns.filter_map(Concern::line)
    }

    /// Whether every latch is open. From then on, an unknown path does not exist.
    #[must_use]
    pub fn synced(&self) -> bool {
        self.latches
            .iter()
            .all(|(_, open)| open.load(Ordering::Acquire))
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
