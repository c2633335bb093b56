//! Deliveries that are harder than the recorded ones: other payloads of a provider,
//! made from those of its cases.

use std::collections::BTreeSet;

use serde_json::Value;

/// Elements of a list in a variant that has many.
const MANY: usize = 10_000;
/// Bytes of a body in which a list is made longer, below the limit of a delivery.
const LARGEST: usize = 2 << 20;

/// A body that differs from a recorded one in one place.
pub struct Variant {
    /// The difference, for messages.
    pub name: String,
    /// The body that is sent.
    pub body: String,
    /// How the facts may differ.
    pub facts: Facts,
}

/// How the facts of an event may differ.
pub enum Facts {
    /// Other facts or no event. A fault is wrong.
    Any,
    /// The same facts, fewer facts or no event.
    Fewer,
    /// The same facts with another name, or fewer facts.
    Renamed {
        /// The text that stood there.
        from: String,
        /// What stands there now.
        to: String,
    },
}

/// The place of a member, without the indices of lists: elements of one list are of one kind.
type Place = String;

/// The variants of a body that have to do with how it is built: lists that are very long, and members
/// that are absent, `null` or of another type. `seen` holds the places that were varied before, in
/// bodies of the same kind.
pub fn of_shape(body: &Value, seen: &mut BTreeSet<Place>) -> Vec<Variant> {
    let mut variants = Vec::new();
    for pointer in pointers(body) {
        if !seen.insert(place(&pointer)) {
            continue;
        }
        let value = body.pointer(&pointer).expect("a member");
        let mut with = |what: &str, value: Option<Value>| {
            // A shorter list is a list of something else.
            let in_list = place(&pointer).ends_with("/*");
            let tells_nothing = !in_list && matches!(value, None | Some(Value::Null));
            variants.push(Variant {
                name: format!("{pointer} {what}"),
                body: replaced(body, &pointer, value).to_string(),
                facts: if tells_nothing {
                    Facts::Fewer
                } else {
                    Facts::Any
                },
            });
        };
        with("null", Some(Value::Null));
        with("absent", None);
        match value {
            Value::Array(elements) => {
                if let Some(first) = elements.first() {
                    let room = LARGEST / first.to_string().len().max(1);
                    let many = vec![first.clone(); MANY.min(room)];
                    with("of very many", Some(Value::Array(many)));
                }
                with("an object", Some(Value::Object(serde_json::Map::new())));
            }
            Value::Object(_) => with("a list", Some(Value::Array(Vec::new()))),
            Value::Number(number) => with("a text", Some(Value::String(number.to_string()))),
            Value::String(text) => {
                with(
                    "of another name",
                    Some(Value::String(format!("{text}-unknown"))),
                );
                with("empty", Some(Value::String(String::new())));
                with("a number", Some(Value::from(7)));
            }
            Value::Bool(_) => with("a text", Some(Value::String("true".to_owned()))),
            Value::Null => with("a text", Some(Value::String("a".to_owned()))),
        }
    }
    variants
}

/// The variants that call something by another name, of the names that the facts of the event have:
/// `names` beside what they become.
pub fn of_names(body: &str, facts: &str, names: &[(String, String)]) -> Vec<Variant> {
    let told = |(from, to): &(String, String)| {
        let (in_json, as_json) = (inner(from), inner(to));
        (body.contains(&in_json) && facts.contains(&in_json)).then(|| Variant {
            name: format!("{from} is {to}"),
            body: body.replace(&in_json, &as_json),
            facts: Facts::Renamed {
                from: in_json,
                to: as_json,
            },
        })
    };
    names.iter().filter_map(told).collect()
}

/// A text as JSON writes it, without quotes.
fn inner(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_string();
    json[1..json.len() - 1].to_owned()
}

/// Every member and element, as an RFC 6901 pointer.
fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, child)| (name.replace('~', "~0").replace('/', "~1"), child))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, child)| (index.to_string(), child))
            .collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (name, child) in children {
        let below = pointers(child).into_iter();
        all.extend(below.map(|below| format!("/{name}{below}")));
        all.push(format!("/{name}"));
    }
    all
}

fn place(pointer: &str) -> Place {
    let segments = pointer.split('/').map(|segment| {
        let is_index = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { segment }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The body with another value at the pointer, or without that member.
fn replaced(body: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    if let Some(value) = value {
        *body.pointer_mut(pointer).expect("a member") = value;
        return body;
    }
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match body.pointer_mut(parent).expect("a parent") {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(elements) => elements.clear(),
        other => panic!("{parent} is {other}"),
    }
    body
}
