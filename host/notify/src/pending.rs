use std::collections::HashMap;

use bellpull_core::ReceiverId;

/// A namespace may always have one in this many of all pending targets.
const LEAST_SHARE: usize = 20;

/// Counts the pending targets of each namespace and Receiver. A target counts once for a Receiver,
/// however many of the Receiver's deliveries wait for it.
///
/// A namespace may have twice as many pending targets as are free, so at least a third is left to
/// the others. A Receiver may have twice as many as are free in the share of its namespace.
#[derive(Default)]
pub(crate) struct PendingTargets {
    total: usize,
    namespaces: HashMap<String, NamespacePending>,
}

#[derive(Default)]
struct NamespacePending {
    total: usize,
    receivers: HashMap<String, usize>,
}

impl PendingTargets {
    pub(crate) fn add(&mut self, receiver: &ReceiverId) {
        self.total += 1;
        let namespace = self.namespaces.entry(receiver.namespace.clone());
        let namespace = namespace.or_default();
        namespace.total += 1;
        *namespace
            .receivers
            .entry(receiver.name.clone())
            .or_default() += 1;
    }

    pub(crate) fn remove(&mut self, receiver: &ReceiverId) {
        let Some(namespace) = self.namespaces.get_mut(&receiver.namespace) else {
            return;
        };
        let Some(pending) = namespace.receivers.get_mut(&receiver.name) else {
            return;
        };
        *pending -= 1;
        if *pending == 0 {
            namespace.receivers.remove(&receiver.name);
        }
        namespace.total -= 1;
        if namespace.total == 0 {
            self.namespaces.remove(&receiver.namespace);
        }
        self.total -= 1;
    }

    /// Whether a Receiver may have `more` pending targets, where `max` is the limit of all. A
    /// namespace or Receiver without pending targets may have as many as one delivery selects.
    pub(crate) fn have_room(&self, receiver: &ReceiverId, more: usize, max: usize) -> bool {
        let Some(namespace) = self.namespaces.get(&receiver.namespace) else {
            return true;
        };
        let others = self.total - namespace.total;
        let share = two_thirds(max.saturating_sub(others)).max(max / LEAST_SHARE);
        if namespace.total + more > share {
            return false;
        }
        let Some(own) = namespace.receivers.get(&receiver.name) else {
            return true;
        };
        own + more <= two_thirds(share - (namespace.total - own))
    }

    #[cfg(test)]
    pub(crate) fn total(&self) -> usize {
        self.total
    }
}

/// Twice as much as is then left.
fn two_thirds(of: usize) -> usize {
    of - of / 3
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 900;

    /// Adds targets of so many Receivers in so many namespaces, in turn, while there is room.
    fn filled(namespaces: usize, receivers: usize) -> PendingTargets {
        let mut targets = PendingTargets::default();
        for n in 0..10 * MAX {
            let namespace = format!("n{}", n % namespaces);
            let name = format!("r{}", n / namespaces % receivers);
            let receiver = ReceiverId::new(namespace, name);
            if targets.have_room(&receiver, 1, MAX) {
                targets.add(&receiver);
            }
        }
        targets
    }

    #[test]
    fn whoever_has_nothing_always_has_room_and_others_have_a_share() {
        for (namespaces, receivers, most) in
            [(1, 1, 400), (1, 20, 600), (2, 20, 720), (30, 20, 1350)]
        {
            let mut targets = filled(namespaces, receivers);
            let who = format!("{namespaces} namespaces of {receivers}");
            let pending = targets.total();
            assert!((400..=most).contains(&pending), "{who}: {pending}");
            let neighbour = ReceiverId::new("elsewhere", "r");
            assert!(targets.have_room(&neighbour, 5000, MAX), "beside {who}");
            let mut own = 0;
            while targets.have_room(&neighbour, 1, MAX) {
                targets.add(&neighbour);
                own += 1;
            }
            assert!(own >= MAX / LEAST_SHARE * 2 / 3, "beside {who}: {own}");
        }
    }

    #[test]
    fn nothing_stays() {
        let mut targets = PendingTargets::default();
        let receiver = ReceiverId::new("n", "r");
        targets.add(&receiver);
        targets.remove(&receiver);
        targets.remove(&receiver);
        assert_eq!(targets.total(), 0);
        assert!(targets.namespaces.is_empty());
    }
}
