use std::collections::{BTreeSet, HashMap, VecDeque};

use bellpull_core::ReceiverId;

/// Decides which records give way. A record has a number that rises with time.
#[derive(Default)]
pub(crate) struct Retention {
    /// The records of each Receiver, the oldest first.
    of_receivers: HashMap<ReceiverId, VecDeque<u64>>,
    /// The Receivers with more records than are theirs, by their oldest record.
    with_more: BTreeSet<(u64, ReceiverId)>,
    /// Every other Receiver, by its number of records.
    by_count: BTreeSet<(usize, ReceiverId)>,
}

/// Where a Receiver stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RetentionPlace {
    WithMore(u64),
    ByCount(usize),
}

impl RetentionPlace {
    /// `None`: it has no records.
    fn of(records: &VecDeque<u64>, own: usize) -> Option<Self> {
        let oldest = records.front().copied()?;
        Some(match records.len() {
            count if count > own => Self::WithMore(oldest),
            count => Self::ByCount(count),
        })
    }
}

impl Retention {
    /// A new record of a Receiver. `own` is how many are the Receiver's.
    pub(crate) fn add(&mut self, receiver: &ReceiverId, number: u64, own: usize) {
        self.change(receiver, own, |records| records.push_back(number));
    }

    /// Takes the record that gives way: the oldest of those that are beyond their Receiver's own, else the
    /// oldest of the Receiver that has most.
    pub(crate) fn give_way(&mut self, own: usize) -> Option<u64> {
        let first = self.with_more.first().map(|(_, receiver)| receiver);
        let last = || self.by_count.last().map(|(_, receiver)| receiver);
        let receiver = first.or_else(last)?.clone();
        let mut oldest = None;
        self.change(&receiver, own, |records| oldest = records.pop_front());
        oldest
    }

    fn change(
        &mut self,
        receiver: &ReceiverId,
        own: usize,
        change: impl FnOnce(&mut VecDeque<u64>),
    ) {
        if !self.of_receivers.contains_key(receiver) {
            self.of_receivers.insert(receiver.clone(), VecDeque::new());
        }
        let Some(records) = self.of_receivers.get_mut(receiver) else {
            return;
        };
        let before = RetentionPlace::of(records, own);
        change(records);
        let after = RetentionPlace::of(records, own);
        if before == after {
            return;
        }
        match before {
            Some(RetentionPlace::WithMore(oldest)) => {
                self.with_more.remove(&(oldest, receiver.clone()));
            }
            Some(RetentionPlace::ByCount(count)) => {
                self.by_count.remove(&(count, receiver.clone()));
            }
            None => {}
        }
        match after {
            Some(RetentionPlace::WithMore(oldest)) => {
                self.with_more.insert((oldest, receiver.clone()));
            }
            Some(RetentionPlace::ByCount(count)) => {
                self.by_count.insert((count, receiver.clone()));
            }
            None => {
                self.of_receivers.remove(receiver);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What gives way after these Receivers have had a record each, in order.
    fn given_way(receivers: &str, own: usize, times: usize) -> Vec<u64> {
        let mut retention = Retention::default();
        for (number, name) in (0..).zip(receivers.chars()) {
            let receiver = ReceiverId::new("n", name);
            retention.add(&receiver, number, own);
        }
        (0..times).filter_map(|_| retention.give_way(own)).collect()
    }

    #[test]
    fn what_is_beyond_a_receivers_own_gives_way_first() {
        for (receivers, own, times, expected) in [
            ("", 1, 1, vec![]),
            ("aaab", 1, 2, vec![0, 1]),
            // The oldest of a quiet Receiver outlives many of a noisy one.
            ("baaaa", 2, 2, vec![1, 2]),
            ("abab", 1, 2, vec![0, 1]),
            // Nobody has more than is theirs: whoever has most gives way.
            ("abb", 5, 2, vec![1, 2]),
            ("ab", 5, 3, vec![1, 0]),
        ] {
            let got = given_way(receivers, own, times);
            assert_eq!(got, expected, "{receivers} {own}");
        }
    }

    #[test]
    fn nothing_stays_of_what_has_given_way() {
        let mut retention = Retention::default();
        for number in 0..10 {
            retention.add(&ReceiverId::new("n", number.to_string()), number, 2);
        }
        while retention.give_way(2).is_some() {}
        assert!(retention.of_receivers.is_empty());
        assert!(retention.by_count.is_empty() && retention.with_more.is_empty());
    }
}
