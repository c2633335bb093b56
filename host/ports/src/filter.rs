use bellpull_core::EventSet;

/// How much work an evaluation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As little as holds nobody up: well under a hundredth of a second.
    Brief,
    /// As much as a filter may take at all.
    Whole,
}

/// Why a filter has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It takes more work than was allowed.
    #[error("{0}")]
    TooMuch(String),
    /// The expression itself fails.
    #[error("{0}")]
    Failed(String),
}

/// What a filter says of an object for some events of one delivery, each by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The events for which the object passes.
    pub passing: EventSet,
    /// Those for which the expression has no value.
    pub failing: EventSet,
    /// Why it has none for the first of them.
    pub error: Option<FilterError>,
}

impl Said {
    /// The same value for all the events.
    #[must_use]
    pub fn of_all(events: EventSet, value: Result<bool, FilterError>) -> Self {
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

    /// What of it is of some events.
    #[must_use]
    pub fn within(self, events: EventSet) -> Self {
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
pub enum Uncompiled {
    /// Everything that is wrong with it, as it stands in conditions.
    #[error("{0}")]
    Wrong(String),
    /// It takes more memory than is left for its namespace. It may be tried again.
    #[error(
        "no room for {} KiB of compiled expressions: those of namespace {namespace:?} take {} KiB, \
         and {} KiB are free for all", bytes.div_ceil(1024), held / 1024, free / 1024
    )]
    NoRoom {
        /// The Receiver's.
        namespace: String,
        /// What it takes.
        bytes: usize,
        /// What the namespace takes already, bytes.
        held: usize,
        /// What is left for all namespaces, bytes. A namespace has never more than that.
        free: usize,
    },
}

/// An expression with the name of a variable, or with the message that is said when it is not true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedExpression<'a> {
    /// Name or message.
    pub name: &'a str,
    /// CEL.
    pub expression: &'a str,
}
