use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::Phase;

/// Something that must have happened before the process is ready.
#[derive(Clone, Debug)]
pub struct Latch(Arc<AtomicBool>);

impl Latch {
    /// It has happened.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Whether load balancers should send deliveries here.
#[derive(Clone, Debug)]
pub struct Readiness {
    latches: Vec<(&'static str, Latch)>,
    phase: watch::Receiver<Phase>,
}

impl Readiness {
    /// Ready unless draining.
    #[must_use]
    pub fn new(phase: watch::Receiver<Phase>) -> Self {
        Self { latches: Vec::new(), phase }
    }

    /// Adds a condition; `name` is what `/readyz` says while it is not met.
    pub fn latch(&mut self, name: &'static str) -> Latch {
        let latch = Latch(Arc::new(AtomicBool::new(false)));
        self.latches.push((name, latch.clone()));
        latch
    }

    /// What is missing; nothing when ready.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing: Vec<&'static str> = self
            .latches
            .iter()
            .filter(|(_, latch)| !latch.0.load(Ordering::Acquire))
            .map(|(name, _)| *name)
            .collect();
        if *self.phase.borrow() >= Phase::Draining {
            missing.push("draining");
        }
        missing
    }
}
