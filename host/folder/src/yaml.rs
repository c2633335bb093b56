//! YAML as a tree that remembers where each part stood.

use std::collections::HashMap;
use std::fmt;

use bellpull_core::{limits, text};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_path_to_error::{Path, Segment};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, MessageFormatter as _, Spanned, UserMessageFormatter};

/// A document, or a part of one.
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// Where a value stood, and where its parts did.
#[derive(Default)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
    parts: Parts,
}

#[derive(Default)]
enum Parts {
    #[default]
    None,
    Members(HashMap<String, Place>),
    Elements(Vec<Place>),
}

impl Place {
    /// The place of a member.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match &self.parts {
            Parts::Members(members) => members.get(name),
            _ => None,
        }
    }

    /// The places of the elements.
    pub(crate) fn into_elements(self) -> Vec<Self> {
        match self.parts {
            Parts::Elements(elements) => elements,
            _ => Vec::new(),
        }
    }

    /// Takes the place of a member out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Self> {
        match &mut self.parts {
            Parts::Members(members) => members.remove(name),
            _ => None,
        }
    }

    /// The innermost place that a path leads to.
    pub(crate) fn at(&self, path: &Path) -> &Self {
        let mut place = self;
        for segment in path {
            let next = match (segment, &place.parts) {
                (Segment::Map { key }, Parts::Members(members)) => members.get(key),
                (Segment::Seq { index }, Parts::Elements(elements)) => elements.get(*index),
                _ => None,
            };
            match next {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }
}

/// Why a text is not a stream of YAML documents.
pub(crate) struct YamlError {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) message: String,
}

/// Documents of one file: a fleet's Receivers fit.
const DOCUMENTS: usize = 50_000;
/// Values of one file: twenty for each of those. A value takes some 150 bytes here.
const VALUES: usize = 1_000_000;
/// Values within values: Kubernetes' own objects have some 20.
const DEPTH: usize = 64;

/// Reads every document that is not empty.
pub(crate) fn documents(text: &str) -> Result<Vec<Node>, YamlError> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        emit_comments: false,
        budget: serde_saphyr::budget! {
            max_documents: DOCUMENTS,
            max_nodes: VALUES,
            // The two ends of each mapping, sequence and document count too.
            max_events: 4 * VALUES,
            max_depth: DEPTH,
        },
        // Manifests hardly use aliases, and a few lines of them can stand for gigabytes.
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 16,
            max_alias_expansions_per_anchor: 100,
        },
    };
    serde_saphyr::from_multiple_with_options::<Spanned<Tree>>(text, options)
        .map(|documents| documents.into_iter().map(node).collect())
        .map_err(|error| {
            let location = error.location();
            YamlError {
                line: location.map_or(1, |location| location.line().max(1)),
                column: location.map_or(1, |location| location.column().max(1)),
                message: explain(&error, text.contains("Secret")),
            }
        })
}

/// Where documents begin, found once for all the places of a file.
pub(crate) struct Beginnings(Vec<u64>);

impl Beginnings {
    /// Those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let (mut lines, mut begun) = (Vec::new(), false);
        for (line, number) in text.lines().zip(1..) {
            if line == "---" || line.starts_with("--- ") || line.starts_with("---\t") {
                if begun {
                    lines.push(number);
                }
                begun = true;
            } else if !line.trim_start().is_empty() && !line.starts_with(['#', '%', '\u{feff}']) {
                begun = true;
            }
        }
        Self(lines)
    }

    /// Which document a line belongs to, from 1: a leading `---` begins the first one.
    pub(crate) fn document_at(&self, line: u64) -> usize {
        1 + self.0.partition_point(|beginning| *beginning <= line)
    }
}

/// The parser may quote what it stumbled over; where that may be a Secret's, it is left out.
fn explain(error: &Error, secret: bool) -> String {
    match error.without_snippet() {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            let key = text::printable(key, limits::GUEST_TEXT);
            format!("{key:?} is there twice: keep one")
        }
        Error::Budget { breach, .. } => bound(breach),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => ALIASES.to_owned(),
        Error::UnknownAnchor { .. } => {
            "an alias without its anchor: put text that begins with '*' in quotes".to_owned()
        }
        _ if secret => {
            "is not valid YAML; what stands there is not shown, since the file names a Secret"
                .to_owned()
        }
        error => {
            let message = UserMessageFormatter.format_message(error);
            let message = text::printable(&message, limits::GUEST_TEXT);
            format!("is not valid YAML: {message}")
        }
    }
}

const ALIASES: &str = "its aliases stand for too much: write out what they stand for";

/// The bound that a file does not keep.
fn bound(breach: &BudgetBreach) -> String {
    match breach {
        BudgetBreach::Documents { .. } => {
            format!("has more than {DOCUMENTS} documents: split it into several files")
        }
        BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
            format!("has more than {VALUES} values: split it into several files")
        }
        BudgetBreach::Depth { .. } => {
            format!("nests values more than {DEPTH} deep: nothing that is read here does")
        }
        BudgetBreach::ScalarBytes { .. } | BudgetBreach::InputBytes { .. } => {
            "has more text than is read of a file: split it into several files".to_owned()
        }
        BudgetBreach::SequenceUnbalanced => "is not valid YAML: it ends within a value".to_owned(),
        _ => ALIASES.to_owned(),
    }
}

struct Tree {
    value: Value,
    parts: Parts,
}

fn node(tree: Spanned<Tree>) -> Node {
    Node {
        value: tree.value.value,
        place: Place {
            line: tree.referenced.line(),
            column: tree.referenced.column(),
            parts: tree.value.parts,
        },
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

fn leaf<E>(value: impl Into<Value>) -> Result<Tree, E> {
    Ok(Tree {
        value: value.into(),
        parts: Parts::None,
    })
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        leaf(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        leaf(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value)
            .ok_or_else(|| E::custom("a number that JSON cannot hold: put it in quotes"))?;
        leaf(number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        leaf(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let (mut values, mut places) = (Vec::new(), Vec::new());
        while let Some(element) = elements.next_element::<Spanned<Tree>>()? {
            let Node { value, place } = node(element);
            values.push(value);
            places.push(place);
        }
        Ok(Tree {
            value: Value::Array(values),
            parts: Parts::Elements(places),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let (mut values, mut places) = (Map::new(), HashMap::new());
        while let Some(name) = members.next_key::<String>()? {
            let Node { value, place } = node(members.next_value()?);
            // Keys such as `1` and `"1"` differ in YAML, and are one name here.
            if values.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom("a key is there twice: keep one"));
            }
            places.insert(name, place);
        }
        Ok(Tree {
            value: Value::Object(values),
            parts: Parts::Members(places),
        })
    }
}
