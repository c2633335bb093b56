use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

/// Answers that stand in for the network, by URL, so that a recorded delivery can be judged again
/// without one. What is not recorded does not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording(Arc<HashMap<String, (u16, Bytes)>>);

impl Recording {
    /// Status and body of each URL.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = (String, (u16, Bytes))>) -> Self {
        Self(Arc::new(answers.into_iter().collect()))
    }

    pub(crate) fn answer(&self, url: &str) -> Option<(u16, Bytes)> {
        self.0.get(url).cloned()
    }
}
