//! The memory that compiled expressions share, and what each namespace takes of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Compiled expressions in use. Within a namespace, one text is compiled once.
///
/// A namespace takes at most as much as it leaves to all others. However many namespaces take all
/// they can, there is room for one more.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    capacity: usize,
    usage: Mutex<PoolUsage<T>>,
}

#[derive(Debug)]
struct PoolUsage<T> {
    bytes: usize,
    namespaces: HashMap<String, NamespaceUsage<T>>,
}

#[derive(Debug)]
struct NamespaceUsage<T> {
    bytes: usize,
    expressions: HashMap<PoolKey, Weak<T>>,
}

/// What an expression is compiled from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PoolKey {
    pub(crate) source: String,
    pub(crate) scope: &'static str,
    pub(crate) steps: u64,
}

/// Memory that a namespace has taken. It is given back on drop.
pub(crate) struct Reservation<T> {
    pool: Arc<Pool<T>>,
    namespace: String,
    key: PoolKey,
    bytes: usize,
}

/// The namespace may not take that much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolFull {
    pub(crate) bytes: usize,
    pub(crate) held: usize,
    pub(crate) free: usize,
}

impl<T> Pool<T> {
    /// With `capacity` bytes in all.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            usage: Mutex::new(PoolUsage {
                bytes: 0,
                namespaces: HashMap::new(),
            }),
        }
    }

    fn usage(&self) -> MutexGuard<'_, PoolUsage<T>> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The expression, if the namespace holds it already.
    pub(crate) fn find(&self, namespace: &str, key: &PoolKey) -> Option<Arc<T>> {
        let usage = self.usage();
        let namespace = usage.namespaces.get(namespace)?;
        namespace.expressions.get(key)?.upgrade()
    }

    /// Takes memory for an expression, which `hold` builds around the reservation.
    ///
    /// # Errors
    /// When the namespace may not take that much.
    pub(crate) fn insert(
        self: &Arc<Self>,
        namespace: &str,
        key: PoolKey,
        bytes: usize,
        hold: impl FnOnce(Reservation<T>) -> T,
    ) -> Result<Arc<T>, PoolFull> {
        let mut usage = self.usage();
        let (held, free) = (usage.held_by(namespace), usage.free(self.capacity));
        if !leaves_as_much(held, free, bytes) {
            return Err(PoolFull { bytes, held, free });
        }
        let reservation = Reservation {
            pool: Arc::clone(self),
            namespace: namespace.to_owned(),
            key: key.clone(),
            bytes,
        };
        let expression = Arc::new(hold(reservation));
        usage.bytes += bytes;
        let namespace = usage.namespaces.entry(namespace.to_owned()).or_default();
        namespace.bytes += bytes;
        namespace
            .expressions
            .insert(key, Arc::downgrade(&expression));
        Ok(expression)
    }

    /// Whether the namespace may take so many bytes more.
    pub(crate) fn has_room(&self, namespace: &str, bytes: usize) -> bool {
        let usage = self.usage();
        leaves_as_much(usage.held_by(namespace), usage.free(self.capacity), bytes)
    }
}

/// Whether a namespace that takes `bytes` more leaves at least what it then holds.
fn leaves_as_much(held: usize, free: usize, bytes: usize) -> bool {
    held + bytes <= free.saturating_sub(bytes)
}

impl<T> PoolUsage<T> {
    fn held_by(&self, namespace: &str) -> usize {
        let namespace = self.namespaces.get(namespace);
        namespace.map_or(0, |namespace| namespace.bytes)
    }

    fn free(&self, capacity: usize) -> usize {
        capacity.saturating_sub(self.bytes)
    }
}

impl<T> Default for NamespaceUsage<T> {
    fn default() -> Self {
        Self {
            bytes: 0,
            expressions: HashMap::new(),
        }
    }
}

impl<T> Drop for Reservation<T> {
    fn drop(&mut self) {
        let mut usage = self.pool.usage();
        usage.bytes = usage.bytes.saturating_sub(self.bytes);
        let Entry::Occupied(mut entry) =
            usage.namespaces.entry(std::mem::take(&mut self.namespace))
        else {
            return;
        };
        let namespace = entry.get_mut();
        namespace.bytes = namespace.bytes.saturating_sub(self.bytes);
        // Another may have been compiled from the same text meanwhile.
        if namespace
            .expressions
            .get(&self.key)
            .is_some_and(|expression| expression.strong_count() == 0)
        {
            namespace.expressions.remove(&self.key);
        }
        if namespace.expressions.is_empty() {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one expression of these tests takes, bytes.
    const ONE: usize = 100;

    struct PooledExpression(
        #[expect(dead_code, reason = "it is held until the expression is dropped")]
        Reservation<Self>,
    );

    fn key(source: &str) -> PoolKey {
        PoolKey {
            source: source.to_owned(),
            scope: "test",
            steps: 1,
        }
    }

    fn insert(
        pool: &Arc<Pool<PooledExpression>>,
        namespace: &str,
        nth: usize,
    ) -> Option<Arc<PooledExpression>> {
        let key = key(&nth.to_string());
        pool.insert(namespace, key, ONE, PooledExpression).ok()
    }

    #[test]
    fn a_namespace_finds_what_it_holds_and_no_other_does() {
        let pool = Arc::new(Pool::new(1 << 10));
        let held = insert(&pool, "a", 1);
        let found = |namespace, source| pool.find(namespace, &key(source)).is_some();
        assert!(held.is_some());
        assert_eq!(
            [found("a", "1"), found("a", "2"), found("b", "1")],
            [true, false, false]
        );
    }

    #[test]
    fn a_namespace_takes_no_more_than_it_leaves() {
        let pool = Arc::new(Pool::new(12 * ONE));
        let mut held = Vec::new();
        let mut takes = |namespace: &str| {
            let before = held.len();
            held.extend((0..20).map_while(|nth| insert(&pool, namespace, nth)));
            held.len() - before
        };
        assert_eq!(["a", "b", "c", "d"].map(&mut takes), [6, 3, 1, 1]);
    }

    #[test]
    fn what_is_dropped_leaves_its_room() {
        let pool = Arc::new(Pool::new(2 * ONE));
        let first = insert(&pool, "a", 1);
        let found = [
            first.is_some(),
            pool.has_room("a", ONE),
            insert(&pool, "a", 2).is_some(),
        ];
        assert_eq!(found, [true, false, false]);
        drop(first);
        assert!(pool.has_room("a", ONE));
        assert!(insert(&pool, "a", 2).is_some());
        assert!(pool.usage().namespaces.is_empty());
    }
}
