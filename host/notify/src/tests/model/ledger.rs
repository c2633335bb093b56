use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use bellpull_core::{DeliveryId, GivenUp, Timestamp};

/// How a target was done with for one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetEnd {
    Notified,
    GivenUp(GivenUp),
}

/// What has happened in one interleaving. It fails the test at the first thing that must not happen.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Happened>);

#[derive(Default)]
struct Happened {
    attempts: usize,
    running: BTreeSet<String>,
    requested: BTreeMap<String, Timestamp>,
    /// Of each delivery that was not refused, and each of its targets.
    ends: BTreeMap<(DeliveryId, String), Vec<TargetEnd>>,
}

impl Ledger {
    /// A delivery is queued.
    pub(super) fn queued(&self, delivery: &DeliveryId, targets: &[&str]) {
        let mut happened = self.0.lock().unwrap();
        for target in targets {
            let of = (delivery.clone(), (*target).to_owned());
            happened.ends.insert(of, Vec::new());
        }
    }

    /// It found no room. Nobody may be told of it.
    pub(super) fn refused(&self, delivery: &DeliveryId) {
        let mut happened = self.0.lock().unwrap();
        happened.ends.retain(|(of, _), ends| {
            assert!(of != delivery || ends.is_empty(), "refused, and {ends:?}");
            of != delivery
        });
    }

    /// An attempt for these deliveries begins. Returns how many began before it.
    pub(super) fn began(
        &self,
        target: &str,
        covered: &[&DeliveryId],
        requested_at: Timestamp,
    ) -> usize {
        let mut happened = self.0.lock().unwrap();
        let alone = happened.running.insert(target.to_owned());
        assert!(alone, "two attempts at {target}");
        let left_out = happened.ends.iter().any(|((delivery, of), ends)| {
            of == target && ends.is_empty() && !covered.contains(&delivery)
        });
        assert!(
            !left_out,
            "a delivery came before the attempt, which leaves it out"
        );
        let last = happened.requested.insert(target.to_owned(), requested_at);
        let later = last.is_none_or(|last| last < requested_at);
        assert!(later, "an annotation that is no change");
        happened.attempts += 1;
        happened.attempts - 1
    }

    /// How many attempts run, at whichever target.
    pub(super) fn running(&self) -> usize {
        self.0.lock().unwrap().running.len()
    }

    /// An attempt is over, or has been broken off.
    pub(super) fn over(&self, target: &str) {
        self.0.lock().unwrap().running.remove(target);
    }

    pub(super) fn ended<'a>(
        &self,
        target: &str,
        deliveries: impl Iterator<Item = &'a DeliveryId>,
        end: TargetEnd,
    ) {
        let mut happened = self.0.lock().unwrap();
        for delivery in deliveries {
            let told = (delivery.clone(), target.to_owned());
            let ends = happened.ends.get_mut(&told);
            ends.expect("it was refused, or never came").push(end);
        }
    }

    /// How many targets have been notified of this delivery.
    pub(super) fn notified(&self, delivery: &DeliveryId) -> usize {
        let happened = self.0.lock().unwrap();
        let ends = happened.ends.iter();
        let ends = ends.filter(|((of, _), ends)| of == delivery && **ends == [TargetEnd::Notified]);
        ends.count()
    }

    /// How every target of every delivery has ended.
    pub(super) fn ends(&self) -> Vec<Vec<TargetEnd>> {
        self.0.lock().unwrap().ends.values().cloned().collect()
    }
}
