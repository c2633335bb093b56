use serde::{Deserialize, Serialize};

use crate::change::some;
use crate::{Change, WrongFact};

/// The normalised facts of one thing that a delivery tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The sender's own name for it.
    pub kind: String,
    /// What happened to the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// JSON that stands in for the body in filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// What was said and is not what its field says, so that it is unknown: the first of it.
    #[serde(skip)]
    pub dropped: Vec<WrongFact>,
}

impl Event {
    /// A copy with what `text` makes of each of its texts.
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
