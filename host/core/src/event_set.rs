use std::ops::{BitAnd, BitOr};

use crate::limits;

const BITS: usize = u64::BITS as usize;
const WORDS: usize = limits::EVENTS / BITS + 1;

/// A set of events of one delivery, by their indices in its list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventSet([u64; WORDS]);

impl EventSet {
    pub const NONE: Self = Self([0; WORDS]);

    /// Stands for the events that an incomplete list leaves out.
    pub const UNLISTED: Self = {
        let mut words = [0; WORDS];
        words[WORDS - 1] = 1;
        Self(words)
    };

    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    #[must_use]
    pub fn contains(self, index: usize) -> bool {
        let word = self.0.get(index / BITS);
        word.is_some_and(|word| word & bit(index) != 0)
    }

    /// The indices of the listed events in the set.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..limits::EVENTS).filter(move |index| self.contains(*index))
    }

    /// Adds the event at `index`. An index that no list can have changes nothing.
    pub fn insert(&mut self, index: usize) {
        if index < limits::EVENTS
            && let Some(word) = self.0.get_mut(index / BITS)
        {
            *word |= bit(index);
        }
    }
}

fn bit(index: usize) -> u64 {
    1 << (index % BITS)
}

impl FromIterator<usize> for EventSet {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::NONE;
        for index in indices {
            set.insert(index);
        }
        set
    }
}

impl BitAnd for EventSet {
    type Output = Self;

    fn bitand(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }
}

impl BitOr for EventSet {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_has_a_bit_of_its_own() {
        let most = limits::EVENTS;
        let all: EventSet = (0..most).collect();
        for index in 0..most {
            let one: EventSet = [index].into_iter().collect();
            let others = (0..most).filter(|&other| one.contains(other));
            assert_eq!(others.collect::<Vec<_>>(), [index]);
            assert_eq!(all & one, one, "{index}");
        }
        assert!((all & EventSet::UNLISTED).is_empty());
        assert!(!EventSet::UNLISTED.is_empty());
        assert_eq!([most].into_iter().collect::<EventSet>(), EventSet::NONE);
        assert_eq!((EventSet::NONE | all) & all, all);
    }
}
