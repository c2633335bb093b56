use serde::{Deserialize, Serialize};

/// A filter that is tried on a recorded delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterRequest {
    /// The id of the delivery.
    pub delivery: String,
    /// In CEL, as `spec.resourceFilter` has it.
    pub expression: String,
}

/// What a filter says of each object that the Receiver of the delivery references now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filtered {
    pub targets: Vec<FilteredTarget>,
    /// Objects for which it was not evaluated, since it took too long or there are too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_targets: usize,
    /// References that name nothing, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid: Vec<String>,
}

/// What a filter says of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilteredTarget {
    pub target: String,
    /// Whether it is selected for some event. Absent if the filter fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// Why the filter fails, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How it comes about, for the first events of the delivery.
    pub events: Vec<ExplainedEvent>,
}

/// How a filter comes to its value for one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedEvent {
    /// Its number and its kind.
    pub event: String,
    /// The parts of the expression in its order, each before its own parts.
    pub parts: Vec<PartView>,
}

/// A part of an expression. It has neither value nor error where an earlier part had decided already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// How deep it is nested: the whole expression is at 0.
    pub depth: usize,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
