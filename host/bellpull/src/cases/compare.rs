//! Compares the result of a case with what the case expects.

use std::fmt::Display;

use bellpull_core::IgnoreClass;
use serde_json::{Value, json};

use super::format::Expectation;
use super::result::CaseResult;

impl Expectation {
    /// The differences between `got` and this, each as `path: expected X, got Y`.
    #[must_use]
    pub fn differences(&self, got: &CaseResult) -> Vec<String> {
        let mut found = Vec::new();
        self.compare_outcome(got, &mut found);
        self.compare_facts(got, &mut found);
        self.compare_events(got, &mut found);
        found
    }

    fn compare_outcome(&self, got: &CaseResult, found: &mut Vec<String>) {
        let reason = got.reason.as_deref().unwrap_or_default();
        if self.outcome != got.outcome {
            let got = match reason {
                "" => got.outcome.to_string(),
                reason => format!("{} ({reason})", got.outcome),
            };
            differ(found, "outcome", self.outcome, got);
        }
        if self.status != got.status {
            differ(found, "status", self.status, got.status);
        }
        if let Some(part) = self.reason.as_ref().filter(|part| !reason.contains(*part)) {
            let part = format!("a text with {part:?} in it");
            differ(found, "reason", part, format!("{reason:?}"));
        }
        if let Some(expected) = self.class {
            let got = got.class.map_or("none", IgnoreClass::as_str);
            if expected.as_str() != got {
                differ(found, "class", expected, got);
            }
        }
    }

    fn compare_facts(&self, got: &CaseResult, found: &mut Vec<String>) {
        let wrong = got.acceptance.iter().flat_map(|told| told.wrong_facts());
        let fields: Vec<&str> = wrong.clone().map(|fact| fact.field).collect();
        if self.dropped.is_empty() {
            found.extend(wrong.map(|fact| format!("event: {fact}")));
        } else if self.dropped != fields {
            let expected = self.dropped.join(", ");
            differ(found, "dropped", expected, fields.join(", "));
        }
    }

    fn compare_events(&self, got: &CaseResult, found: &mut Vec<String>) {
        let events = got.events();
        if let Some(expected) = &self.event {
            match events.as_slice() {
                [] if expected.is_null() => {}
                [event] => subset(found, "event", expected, event),
                [] => differ(found, "event", expected, "none"),
                events => differ(found, "event", expected, json!({ "events": events })),
            }
        }
        if let Some(expected) = &self.events {
            let expected = Value::Array(expected.clone());
            subset(found, "events", &expected, &Value::Array(events));
        }
        if let (Some(expected), Some(got)) = (self.complete, &got.acceptance)
            && expected != got.complete
        {
            differ(found, "complete", expected, got.complete);
        }
    }
}

/// Members that `expected` does not name may have any value.
fn subset(found: &mut Vec<String>, path: &str, expected: &Value, got: &Value) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (name, expected) in expected {
                let got = got.get(name).unwrap_or(&Value::Null);
                subset(found, &format!("{path}.{name}"), expected, got);
            }
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                subset(found, &format!("{path}[{index}]"), expected, got);
            }
        }
        // A serialised event leaves out its empty lists, but not one that the sender may not tell.
        (Value::Array(expected), Value::Null) if expected.is_empty() && !may_be_unknown(path) => {}
        (Value::Object(expected), Value::Null) if expected.is_empty() => {}
        (expected, got) if expected != got => differ(found, path, expected, got),
        _ => {}
    }
}

/// Whether an absent list is another fact than an empty one.
fn may_be_unknown(path: &str) -> bool {
    path.ends_with(".labels")
}

fn differ(found: &mut Vec<String>, path: &str, expected: impl Display, got: impl Display) {
    found.push(format!("{path}: expected {expected}, got {got}"));
}
