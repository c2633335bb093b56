//! What a Receiver's next component is compared with.

use std::sync::Arc;

use crate::configure_answer::ConfigureAnswer;
use crate::strength::{Remembered, Strength};

/// The component that served a Receiver last.
pub(super) struct Baseline<C> {
    pub(super) remembered: Arc<Remembered>,
    /// Its answer; `None` when it served in an earlier process.
    pub(super) configured: Option<ConfigureAnswer<C>>,
    /// The keys of the Secret that it may read.
    pub(super) settings: Vec<String>,
}

impl<C> Clone for Baseline<C> {
    fn clone(&self) -> Self {
        Self {
            remembered: Arc::clone(&self.remembered),
            configured: self.configured.clone(),
            settings: self.settings.clone(),
        }
    }
}

/// How strongly a Receiver has authenticated so far.
pub(super) struct StrengthHistory<C> {
    pub(super) baseline: Option<Baseline<C>>,
    /// The strength that the previous component would give the Receiver as it is now; `None` when
    /// no other component served it.
    pub(super) previous: Option<Strength>,
}

impl<C> Default for StrengthHistory<C> {
    fn default() -> Self {
        Self {
            baseline: None,
            previous: None,
        }
    }
}

impl<C> Clone for StrengthHistory<C> {
    fn clone(&self) -> Self {
        Self {
            baseline: self.baseline.clone(),
            previous: self.previous.clone(),
        }
    }
}
