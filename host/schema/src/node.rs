use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use serde_json::{Number, Value};

use super::canonical::{integer, is_integer};
use super::pattern::Pattern;

/// The schema of one value.
#[derive(Debug)]
pub(super) struct SchemaNode {
    /// `false`: no value is allowed here.
    pub(super) open: bool,
    /// Allowed types. Empty: any type.
    pub(super) kinds: Vec<JsonType>,
    /// From `enum` and `const`. A value must fit every choice.
    pub(super) choices: Vec<Choice>,
    pub(super) properties: BTreeMap<String, SchemaNode>,
    pub(super) required: Vec<String>,
    /// The schema of members that are not among the properties.
    pub(super) others: Option<Box<SchemaNode>>,
    pub(super) items: Option<Box<SchemaNode>>,
    pub(super) unique: bool,
    pub(super) lengths: Lengths,
    pub(super) bounds: Vec<(NumberBound, Number)>,
    pub(super) pattern: Option<Pattern>,
}

/// Allowed sizes of a value.
#[derive(Debug)]
pub(super) struct Lengths {
    pub(super) items: RangeInclusive<u64>,
    pub(super) properties: RangeInclusive<u64>,
    /// In Unicode characters.
    pub(super) text: RangeInclusive<u64>,
}

impl SchemaNode {
    /// The schema `true` or `false`.
    pub(super) fn of(open: bool) -> Self {
        let any = || 0..=u64::MAX;
        Self {
            open,
            kinds: Vec::new(),
            choices: Vec::new(),
            properties: BTreeMap::new(),
            required: Vec::new(),
            others: None,
            items: None,
            unique: false,
            lengths: Lengths {
                items: any(),
                properties: any(),
                text: any(),
            },
            bounds: Vec::new(),
            pattern: None,
        }
    }
}

/// A set of values, one of which is required.
#[derive(Debug)]
pub(super) struct Choice {
    /// In canonical form.
    pub(super) values: HashSet<String>,
    /// As the schema writes them, for messages.
    pub(super) shown: String,
}

/// A type of JSON, as the keyword `type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonType {
    Null,
    Boolean,
    Object,
    Array,
    Number,
    Integer,
    Text,
}

impl JsonType {
    pub(super) const ALL: [(&str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("object", Self::Object),
        ("array", Self::Array),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("string", Self::Text),
    ];

    pub(super) fn as_str(self) -> &'static str {
        let named = Self::ALL.into_iter().find(|(_, kind)| *kind == self);
        named.map_or("", |(name, _)| name)
    }

    pub(super) fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Null, Value::Null)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Object, Value::Object(_))
            | (Self::Array, Value::Array(_))
            | (Self::Number, Value::Number(_))
            | (Self::Text, Value::String(_)) => true,
            (Self::Integer, Value::Number(number)) => is_integer(number),
            _ => false,
        }
    }
}

/// A comparison of a number with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberBound {
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl NumberBound {
    pub(super) const ALL: [(&str, Self); 4] = [
        ("minimum", Self::AtLeast),
        ("maximum", Self::AtMost),
        ("exclusiveMinimum", Self::Above),
        ("exclusiveMaximum", Self::Below),
    ];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
            Self::Above => "more than",
            Self::Below => "less than",
        }
    }

    pub(super) fn holds(self, number: &Number, limit: &Number) -> bool {
        let order = match (integer(number), integer(limit)) {
            (Some(number), Some(limit)) => Some(number.cmp(&limit)),
            _ => number
                .as_f64()
                .zip(limit.as_f64())
                .and_then(|(number, limit)| number.partial_cmp(&limit)),
        };
        order.is_some_and(|order| match self {
            Self::AtLeast => order.is_ge(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::Below => order.is_lt(),
        })
    }
}
