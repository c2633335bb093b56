use std::fmt::Display;
use std::sync::Arc;

use bellpull_core::{Acceptance, IgnoreClass};
use serde_json::{Value, json};

use super::{CaseOutcome, Expectation};

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// How it ended.
    pub outcome: CaseOutcome,
    /// HTTP status.
    pub status: u16,
    /// The component's reason, or why the Receiver is not ready.
    pub reason: Option<String>,
    /// Why it is of no interest, when it was ignored.
    pub class: Option<IgnoreClass>,
    /// What it tells, when it was accepted, or ignored.
    pub acceptance: Option<Arc<Acceptance>>,
}

impl Expectation {
    /// Where `got` is not what was expected, each as `path: expected X, got Y`. Empty: all is well.
    #[must_use]
    pub fn differences(&self, got: &Replayed) -> Vec<String> {
        let mut found = Vec::new();
        if self.outcome != got.outcome {
            let reason = got.reason.as_deref().unwrap_or_default();
            let got = match reason {
                "" => got.outcome.to_string(),
                reason => format!("{} ({reason})", got.outcome),
            };
            differ(&mut found, "outcome", self.outcome, got);
        }
        if self.status != got.status {
            differ(&mut found, "status", self.status, got.status);
        }
        if let Some(part) = &self.reason {
            let reason = got.reason.as_deref().unwrap_or_default();
            if !reason.contains(part) {
                let part = format!("a text with {part:?} in it");
                differ(&mut found, "reason", part, format!("{reason:?}"));
            }
        }
        if let Some(expected) = self.class {
            let got = got.class.map_or("none", IgnoreClass::as_str);
            if expected.as_str() != got {
                differ(&mut found, "class", expected, got);
            }
        }
        let wrong = got.acceptance.iter().flat_map(|told| told.wrong_facts());
        let fields: Vec<&str> = wrong.clone().map(|fact| fact.field).collect();
        if self.dropped.is_empty() {
            found.extend(wrong.map(|fact| format!("event: {fact}")));
        } else if self.dropped != fields {
            differ(
                &mut found,
                "dropped",
                self.dropped.join(", "),
                fields.join(", "),
            );
        }
        let told = got.told();
        if let Some(expected) = &self.event {
            match told.as_slice() {
                [event] => subset(&mut found, "event", expected, event),
                [] => differ(&mut found, "event", expected, "none"),
                events => differ(&mut found, "event", expected, json!({ "events": events })),
            }
        }
        if let Some(expected) = &self.events {
            let expected = Value::Array(expected.clone());
            subset(&mut found, "events", &expected, &Value::Array(told));
        }
        if let (Some(expected), Some(got)) = (self.complete, &got.acceptance)
            && expected != got.complete
        {
            differ(&mut found, "complete", expected, got.complete);
        }
        found
    }
}

impl Replayed {
    /// Each event, as programs are told of it.
    #[must_use]
    pub fn told(&self) -> Vec<Value> {
        let Some(acceptance) = &self.acceptance else {
            return Vec::new();
        };
        let events = acceptance.report_each(acceptance.all());
        events
            .map(|event| serde_json::to_value(event).unwrap_or_default())
            .collect()
    }
}

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
        // An empty list is left out where an event is written.
        (Value::Array(expected), Value::Null) if expected.is_empty() => {}
        (expected, got) if expected != got => differ(found, path, expected, got),
        _ => {}
    }
}

fn differ(found: &mut Vec<String>, path: &str, expected: impl Display, got: impl Display) {
    found.push(format!("{path}: expected {expected}, got {got}"));
}
