//! What compiled expressions take, by the namespace whose Receivers hold them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::Limits;
use crate::expression::{Compiled, Expression};
use crate::problem::CompileError;
use crate::scope::Scope;

/// Compiled expressions in use. What is written twice in a namespace is compiled once.
///
/// A namespace takes at most as much as it leaves to all others, so that however many take all that
/// they can, there is room for one more.
#[derive(Debug)]
pub(crate) struct Holdings {
    room: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: usize,
    namespaces: HashMap<String, Namespace>,
}

#[derive(Debug, Default)]
struct Namespace {
    held: usize,
    expressions: HashMap<Key, Weak<Compiled>>,
}

/// What an expression is compiled from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: String,
    scope: &'static str,
    steps: u64,
}

/// Why an expression is not held.
pub(crate) enum Unheld {
    Wrong(CompileError),
    NoRoom {
        bytes: usize,
        held: usize,
        free: usize,
    },
}

/// What an expression has taken. It gives that back when it is dropped.
pub(crate) struct Hold {
    holdings: Arc<Holdings>,
    namespace: String,
    key: Key,
    bytes: usize,
}

impl Holdings {
    /// Room for so many bytes in all.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            room,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compiles an expression for a namespace, unless it holds that already.
    ///
    /// # Errors
    /// When it is wrong, or there is no room for it.
    pub(crate) fn compile(
        self: &Arc<Self>,
        namespace: &str,
        source: &str,
        scope: &Scope,
        limits: &Limits,
    ) -> Result<Expression, Unheld> {
        let key = Key {
            source: source.to_owned(),
            scope: scope.name,
            steps: limits.steps,
        };
        if let Some(known) = self.state().find(namespace, &key) {
            return Ok(Expression::of(known));
        }
        let compiled = Expression::compile(source, scope, limits).map_err(Unheld::Wrong)?;
        self.hold(namespace, key, compiled)
    }

    fn hold(
        self: &Arc<Self>,
        namespace: &str,
        key: Key,
        compiled: Expression,
    ) -> Result<Expression, Unheld> {
        let bytes = compiled.memory();
        let mut state = self.state();
        let held = state.held_by(namespace);
        let free = self.room.saturating_sub(state.held);
        if held + bytes > free.saturating_sub(bytes) {
            return Err(Unheld::NoRoom { bytes, held, free });
        }
        let hold = Hold {
            holdings: Arc::clone(self),
            namespace: namespace.to_owned(),
            key: key.clone(),
            bytes,
        };
        let compiled = compiled.held(hold);
        state.held += bytes;
        let namespace = state.namespaces.entry(namespace.to_owned()).or_default();
        namespace.held += bytes;
        namespace
            .expressions
            .insert(key, Arc::downgrade(compiled.compiled()));
        Ok(compiled)
    }

    /// Whether so many bytes more are left for a namespace.
    pub(crate) fn has_room(&self, namespace: &str, bytes: usize) -> bool {
        let state = self.state();
        let free = self.room.saturating_sub(state.held);
        state.held_by(namespace) + bytes <= free.saturating_sub(bytes)
    }
}

impl State {
    fn find(&self, namespace: &str, key: &Key) -> Option<Arc<Compiled>> {
        let namespace = self.namespaces.get(namespace)?;
        namespace.expressions.get(key)?.upgrade()
    }

    fn held_by(&self, namespace: &str) -> usize {
        self.namespaces.get(namespace).map_or(0, |one| one.held)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.holdings.state();
        state.held = state.held.saturating_sub(self.bytes);
        let Entry::Occupied(mut namespace) =
            state.namespaces.entry(std::mem::take(&mut self.namespace))
        else {
            return;
        };
        let held = namespace.get_mut();
        held.held = held.held.saturating_sub(self.bytes);
        // Another may have been compiled from the same meanwhile.
        if held
            .expressions
            .get(&self.key)
            .is_some_and(|one| one.strong_count() == 0)
        {
            held.expressions.remove(&self.key);
        }
        if held.expressions.is_empty() {
            namespace.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(holdings: &Arc<Holdings>, namespace: &str, source: &str) -> Option<Expression> {
        let limits = Limits::default();
        holdings
            .compile(namespace, source, &Scope::FILTER, &limits)
            .ok()
    }

    /// What one of the expressions of these tests takes.
    fn one() -> usize {
        let limits = Limits::default();
        let compiled = Expression::compile("req.n == 10.0", &Scope::FILTER, &limits);
        compiled.expect("it is right").memory()
    }

    fn different(nth: usize) -> String {
        format!("req.n == {}.0", 10 + nth)
    }

    #[test]
    fn what_is_written_twice_in_a_namespace_is_compiled_once() {
        let holdings = Arc::new(Holdings::new(1 << 20));
        let same = |one: &str, other: &str| {
            let [one, other] = [one, other]
                .map(|namespace| compile(&holdings, namespace, "true").expect("there is room"));
            Arc::ptr_eq(one.compiled(), other.compiled())
        };
        assert_eq!((same("a", "a"), same("a", "b")), (true, false));
    }

    #[test]
    fn a_namespace_takes_no_more_than_it_leaves() {
        let holdings = Arc::new(Holdings::new(12 * one()));
        let mut held = Vec::new();
        let mut takes = |namespace: &str| {
            let before = held.len();
            let some = (0..20).map_while(|nth| compile(&holdings, namespace, &different(nth)));
            held.extend(some);
            held.len() - before
        };
        assert_eq!(["a", "b", "c", "d"].map(&mut takes), [6, 3, 1, 1]);
    }

    #[test]
    fn what_is_dropped_leaves_its_room() {
        let holdings = Arc::new(Holdings::new(2 * one()));
        let first = compile(&holdings, "a", &different(1));
        let found = [
            first.is_some(),
            holdings.has_room("a", one()),
            compile(&holdings, "a", &different(2)).is_some(),
        ];
        assert_eq!(found, [true, false, false]);
        drop(first);
        assert!(holdings.has_room("a", one()));
        assert!(compile(&holdings, "a", &different(2)).is_some());
        assert!(holdings.state().namespaces.is_empty());
    }
}
