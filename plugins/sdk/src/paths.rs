use std::collections::BinaryHeap;

use crate::Paths;

/// Collects the files that a push touched. The result is sorted, has no duplicates and is no longer than
/// [`TouchedPaths::LIMIT`].
#[derive(Default)]
pub struct TouchedPaths<'n> {
    names: Vec<&'n str>,
    truncated: bool,
}

impl<'n> TouchedPaths<'n> {
    /// Bytes of names that are kept: half of what one event may hold. A list that is longer is marked as
    /// truncated.
    pub const LIMIT: usize = 64 * 1024;

    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn add(&mut self, name: &'n str) {
        self.names.push(name);
    }

    /// Marks the list as truncated, because the sender left files out.
    pub fn mark_truncated(&mut self) {
        self.truncated = true;
    }

    /// The list for a [`GitChange`](crate::GitChange).
    pub fn finish(mut self) -> Paths {
        // Sorting by a heap takes a fifth of the code of `sort_unstable`.
        let mut names = BinaryHeap::from(self.names).into_sorted_vec();
        names.dedup();
        let mut room = Self::LIMIT;
        let mut kept = Vec::new();
        for name in names {
            if let Some(left) = room.checked_sub(name.len()) {
                room = left;
                kept.push(String::from(name));
            } else {
                self.truncated = true;
            }
        }
        if self.truncated {
            Paths::Truncated(kept)
        } else {
            Paths::Complete(kept)
        }
    }
}

impl<'n> Extend<&'n str> for TouchedPaths<'n> {
    fn extend<I: IntoIterator<Item = &'n str>>(&mut self, names: I) {
        self.names.extend(names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_each_name_once() {
        let mut touched = TouchedPaths::new();
        touched.extend(["b", "a", "b"]);
        assert_eq!(
            touched.finish(),
            Paths::Complete(vec!["a".into(), "b".into()])
        );
    }

    #[test]
    fn says_when_the_sender_cut() {
        let mut touched = TouchedPaths::new();
        touched.add("a");
        touched.mark_truncated();
        assert_eq!(touched.finish(), Paths::Truncated(vec!["a".into()]));
    }

    #[test]
    fn holds_exactly_the_limit() {
        let whole = "x".repeat(TouchedPaths::LIMIT);
        let mut touched = TouchedPaths::new();
        touched.extend([whole.as_str(), whole.as_str()]);
        assert!(matches!(touched.finish(), Paths::Complete(names) if names == [whole.clone()]));

        let mut touched = TouchedPaths::new();
        touched.extend([whole.as_str(), "y"]);
        assert!(matches!(touched.finish(), Paths::Truncated(names) if names == [whole]));
    }
}
