use bellpull_core::EventSet;

/// How much work an evaluation may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// So little that it delays nobody: well below 10 ms.
    Brief,
    /// The most that a filter may ever take.
    Whole,
}

/// Why a filter cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It needs more work than was allowed.
    #[error("{0}")]
    TooMuch(String),
    /// The expression fails.
    #[error("{0}")]
    Failed(String),
}

/// The result of a filter on one object, separately for each of some events of one delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterResult {
    /// The events for which the object passes.
    pub passing: EventSet,
    /// The events for which the evaluation failed.
    pub failing: EventSet,
    /// Why it failed for the first of them.
    pub error: Option<FilterError>,
}

impl FilterResult {
    /// The same result for all of `events`.
    #[must_use]
    pub fn for_all(events: EventSet, value: Result<bool, FilterError>) -> Self {
        match value {
            Ok(true) => Self {
                passing: events,
                ..Self::default()
            },
            Ok(false) => Self::default(),
            Err(error) => Self {
                failing: events,
                error: Some(error),
                ..Self::default()
            },
        }
    }

    /// The result for `events` alone.
    #[must_use]
    pub fn restricted_to(self, events: EventSet) -> Self {
        let failing = self.failing & events;
        Self {
            passing: self.passing & events,
            failing,
            error: self.error.filter(|_| !failing.is_empty()),
        }
    }
}

/// Why an expression was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterCompileError {
    /// It is invalid. The text lists every error, for conditions.
    #[error("{0}")]
    Wrong(String),
    /// It needs more memory than its namespace may still take. It may be tried again later.
    #[error(
        "no room for {} KiB of compiled expressions: those of namespace {namespace:?} take {} KiB, \
         and {} KiB are free for all", bytes.div_ceil(1024), held / 1024, free / 1024
    )]
    NoRoom {
        /// The namespace of the Receiver.
        namespace: String,
        /// The memory that it needs.
        bytes: usize,
        /// The memory that the namespace already takes, in bytes.
        held: usize,
        /// The memory that is free for all namespaces, in bytes. A namespace never takes more than
        /// that.
        free: usize,
    },
}

/// An expression with the name of its variable, or with the message for the case that it is not
/// true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedExpression<'a> {
    /// The name or the message.
    pub name: &'a str,
    /// The CEL expression.
    pub expression: &'a str,
}
