use std::collections::HashMap;

use bellpull_core::ReceiverId;

/// What a namespace may have pending whatever the others have, as a part of all.
const LEAST: usize = 20;

/// How much is pending for whom. A Receiver's target counts once, however many of its deliveries
/// wait for it.
///
/// A namespace may have twice as much as is free, so that whatever it takes there is a third of it
/// left; and a Receiver twice as much as is free of that share.
#[derive(Default)]
pub(crate) struct Shares {
    pending: usize,
    namespaces: HashMap<String, Namespace>,
}

#[derive(Default)]
struct Namespace {
    pending: usize,
    receivers: HashMap<String, usize>,
}

impl Shares {
    pub(crate) fn add(&mut self, receiver: &ReceiverId) {
        self.pending += 1;
        let namespace = self.namespaces.entry(receiver.namespace.clone());
        let namespace = namespace.or_default();
        namespace.pending += 1;
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
        namespace.pending -= 1;
        if namespace.pending == 0 {
            self.namespaces.remove(&receiver.namespace);
        }
        self.pending -= 1;
    }

    /// Whether a Receiver may have `more` pending where `max` is all that there is. Whoever has
    /// nothing may have as much as one delivery selects.
    pub(crate) fn have_room(&self, receiver: &ReceiverId, more: usize, max: usize) -> bool {
        let Some(namespace) = self.namespaces.get(&receiver.namespace) else {
            return true;
        };
        let others = self.pending - namespace.pending;
        let share = two_thirds(max.saturating_sub(others)).max(max / LEAST);
        if namespace.pending + more > share {
            return false;
        }
        let Some(own) = namespace.receivers.get(&receiver.name) else {
            return true;
        };
        own + more <= two_thirds(share - (namespace.pending - own))
    }

    #[cfg(test)]
    pub(crate) fn pending(&self) -> usize {
        self.pending
    }
}

/// Twice what is then left.
fn two_thirds(of: usize) -> usize {
    of - of / 3
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 900;

    /// Adds what has room, of so many Receivers in so many namespaces in turn.
    fn filled(namespaces: usize, receivers: usize) -> Shares {
        let mut shares = Shares::default();
        for n in 0..10 * MAX {
            let namespace = format!("n{}", n % namespaces);
            let name = format!("r{}", n / namespaces % receivers);
            let receiver = ReceiverId::new(namespace, name);
            if shares.have_room(&receiver, 1, MAX) {
                shares.add(&receiver);
            }
        }
        shares
    }

    #[test]
    fn whoever_has_nothing_always_has_room_and_others_have_a_share() {
        for (namespaces, receivers, most) in
            [(1, 1, 400), (1, 20, 600), (2, 20, 720), (30, 20, 1350)]
        {
            let mut shares = filled(namespaces, receivers);
            let who = format!("{namespaces} namespaces of {receivers}");
            let pending = shares.pending();
            assert!((400..=most).contains(&pending), "{who}: {pending}");
            let neighbour = ReceiverId::new("elsewhere", "r");
            assert!(shares.have_room(&neighbour, 5000, MAX), "beside {who}");
            let mut own = 0;
            while shares.have_room(&neighbour, 1, MAX) {
                shares.add(&neighbour);
                own += 1;
            }
            assert!(own >= MAX / LEAST * 2 / 3, "beside {who}: {own}");
        }
    }

    #[test]
    fn nothing_stays() {
        let mut shares = Shares::default();
        let receiver = ReceiverId::new("n", "r");
        shares.add(&receiver);
        shares.remove(&receiver);
        shares.remove(&receiver);
        assert_eq!(shares.pending(), 0);
        assert!(shares.namespaces.is_empty());
    }
}
