use std::collections::BTreeSet;

use crate::Paths;

/// Collects the files that a push touched: without duplicates, sorted, and no more than
/// [`TouchedPaths::LIMIT`].
#[derive(Default)]
pub struct TouchedPaths {
    names: BTreeSet<String>,
    bytes: usize,
    truncated: bool,
}

impl TouchedPaths {
    /// Bytes of names that are kept, half of what one event may hold.
    pub const LIMIT: usize = 64 * 1024;

    /// Nothing touched yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. One that no longer fits marks the list as truncated.
    pub fn add(&mut self, name: &str) {
        if self.names.contains(name) {
            return;
        }
        if name.len() > Self::LIMIT - self.bytes {
            self.truncated = true;
            return;
        }
        self.bytes += name.len();
        self.names.insert(name.into());
    }

    /// Says that the sender itself left files out.
    pub fn mark_truncated(&mut self) {
        self.truncated = true;
    }

    /// The list for a [`GitChange`](crate::GitChange).
    pub fn finish(self) -> Paths {
        let names = self.names.into_iter().collect();
        if self.truncated {
            Paths::Truncated(names)
        } else {
            Paths::Complete(names)
        }
    }
}

impl<'n> Extend<&'n str> for TouchedPaths {
    fn extend<I: IntoIterator<Item = &'n str>>(&mut self, names: I) {
        for name in names {
            self.add(name);
        }
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
