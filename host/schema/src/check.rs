use std::collections::HashSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::canonical::canonical;
use super::node::SchemaNode;
use super::pattern::Pattern;
use super::read::{SHOWN, shown};
use bellpull_core::text::{nearest, printable};

/// Maximum number of problems of one config that are reported.
const PROBLEMS: usize = 16;
/// Maximum number of steps of all patterns over one config: at most a third of a second.
const STEPS: u64 = 32 << 20;

pub(super) struct ConfigCheck {
    at: Vec<String>,
    problems: Vec<String>,
    more: usize,
    steps: u64,
}

impl ConfigCheck {
    /// Every problem of a config.
    pub(super) fn of(node: &SchemaNode, config: &Value) -> Vec<String> {
        let mut check = Self {
            at: Vec::new(),
            problems: Vec::new(),
            more: 0,
            steps: STEPS,
        };
        check.value(node, config);
        if check.more > 0 {
            check.problems.push(format!("and {} more", check.more));
        }
        check.problems
    }

    fn value(&mut self, node: &SchemaNode, value: &Value) {
        if !node.open {
            return self.problem("no value is allowed here");
        }
        if !node.kinds.is_empty() && !node.kinds.iter().any(|kind| kind.fits(value)) {
            let kinds: Vec<&str> = node.kinds.iter().map(|kind| kind.as_str()).collect();
            return self.problem(format!(
                "{} is not of type {}",
                shown(value),
                kinds.join(" or ")
            ));
        }
        if !node.choices.is_empty() {
            let canonical = canonical(value);
            for choice in &node.choices {
                if !choice.values.contains(&canonical) {
                    self.problem(format!("{} is not one of {}", shown(value), choice.shown));
                }
            }
        }
        match value {
            Value::Object(members) => self.object(node, members),
            Value::Array(elements) => self.array(node, elements),
            Value::String(text) => self.text(node, text),
            Value::Number(number) => {
                for (bound, limit) in &node.bounds {
                    if !bound.holds(number, limit) {
                        self.problem(format!("{number} is not {} {limit}", bound.words()));
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn object(&mut self, node: &SchemaNode, members: &Map<String, Value>) {
        self.count(members.len(), &node.lengths.properties, "members");
        for name in node
            .required
            .iter()
            .filter(|name| !members.contains_key(*name))
        {
            self.problem(format!("{:?} is required", printable(name, SHOWN)));
        }
        for (name, member) in members {
            match (node.properties.get(name), &node.others) {
                (Some(property), _) => self.below(printable(name, SHOWN), property, member),
                (None, Some(others)) if !others.open => {
                    let unknown = self.unknown(node, name);
                    self.problem(unknown);
                }
                (None, Some(others)) => self.below(printable(name, SHOWN), others, member),
                (None, None) => {}
            }
        }
    }

    fn unknown(&self, node: &SchemaNode, name: &str) -> String {
        let known = node.properties.keys().map(String::as_str);
        // A suggestion for a problem that is not reported would be wasted work.
        let told = self.problems.len() < PROBLEMS;
        let meant = nearest(name, known.filter(|_| told));
        let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean {meant:?}?)"));
        format!("there is no {:?}{meant}", printable(name, SHOWN))
    }

    fn array(&mut self, node: &SchemaNode, elements: &[Value]) {
        self.count(elements.len(), &node.lengths.items, "elements");
        if node.unique {
            let mut seen = HashSet::with_capacity(elements.len());
            if let Some(again) = elements
                .iter()
                .find(|element| !seen.insert(canonical(element)))
            {
                self.problem(format!("{} is listed twice", shown(again)));
            }
        }
        if let Some(items) = &node.items {
            for (index, element) in elements.iter().enumerate() {
                self.below(index.to_string(), items, element);
            }
        }
    }

    fn text(&mut self, node: &SchemaNode, text: &str) {
        self.count(text.chars().count(), &node.lengths.text, "characters");
        if let Some(pattern) = &node.pattern {
            self.matched(pattern, text);
        }
    }

    fn matched(&mut self, pattern: &Pattern, text: &str) {
        let Some(left) = self.steps.checked_sub(pattern.price(text.len())) else {
            return self
                .problem("the texts up to here are too long for their patterns: shorten them");
        };
        self.steps = left;
        if !pattern.matches(text) {
            let (text, pattern) = (shown(&Value::from(text)), pattern.source());
            self.problem(format!("{text} does not match {pattern:?}"));
        }
    }

    fn below(&mut self, name: String, node: &SchemaNode, value: &Value) {
        self.at.push(name);
        self.value(node, value);
        self.at.pop();
    }

    fn count(&mut self, count: usize, range: &RangeInclusive<u64>, of: &str) {
        let count = count as u64;
        if count < *range.start() {
            self.problem(format!(
                "it has {count} {of}, the minimum is {}",
                range.start()
            ));
        } else if count > *range.end() {
            self.problem(format!(
                "it has {count} {of}, the maximum is {}",
                range.end()
            ));
        }
    }

    fn problem(&mut self, problem: impl Display) {
        if self.problems.len() == PROBLEMS {
            self.more += 1;
            return;
        }
        let place: String = self.at.iter().map(|part| format!(".{part}")).collect();
        let place = printable(&place, SHOWN);
        self.problems.push(format!("spec.config{place}: {problem}"));
    }
}
