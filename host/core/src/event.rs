use serde::{Deserialize, Serialize};

use crate::change::some;
use crate::{Change, WrongFact};

/// The normalised facts of one event of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The sender's own name for it.
    pub kind: String,
    /// What happened, such as `opened`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// JSON that filters read instead of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The first facts that were dropped because they do not fit their field. Their fields count as
    /// unknown.
    #[serde(skip)]
    pub dropped: Vec<WrongFact>,
}

impl Event {
    /// A copy with `text` applied to each of its texts.
    pub(crate) fn with_texts(&self, text: &impl Fn(&str) -> String) -> Self {
        Self {
            kind: text(&self.kind),
            action: some(self.action.as_ref(), text),
            changes: self
                .changes
                .iter()
                .map(|change| change.with_texts(text))
                .collect(),
            payload: some(self.payload.as_ref(), text),
            dropped: Vec::new(),
        }
    }
}
