use std::fmt;

use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{Bytes, Delivery, Source};
use serde_json::Value;

/// A place of a delivery that may hold a proof. Its text can be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header(HeaderName),
    /// A query parameter.
    Query(String),
    /// A field of a form body.
    Form(String),
    /// A text in the JSON body, by RFC 6901 pointer.
    Member(String),
}

impl Place {
    /// The place that a binding names; `None` for one that the headers cover.
    pub(super) fn outside_headers(source: &Source) -> Option<Self> {
        Some(match source {
            Source::Query(name) => Self::Query(name.clone()),
            Source::Form(name) => Self::Form(name.clone()),
            Source::Member(pointer) => Self::Member(pointer.clone()),
            _ => return None,
        })
    }

    /// Its text. `None` when it is absent, repeated or no text.
    pub(super) fn text(&self, delivery: &Delivery) -> Option<String> {
        let bytes = match self {
            Self::Header(name) => {
                let mut values = delivery.headers.get_all(name).iter();
                let (Some(value), None) = (values.next(), values.next()) else {
                    return None;
                };
                return value.to_str().ok().map(str::to_owned);
            }
            Self::Query(name) => Source::Query(name.clone()),
            Self::Form(name) => Source::Form(name.clone()),
            Self::Member(pointer) => Source::Member(pointer.clone()),
        };
        let bytes = bellpull_proof::presented(&bytes, delivery)?;
        String::from_utf8(bytes).ok()
    }

    /// The delivery with another text here. `None` when the place cannot hold it.
    pub(super) fn with(&self, text: &str, delivery: &Delivery) -> Option<Delivery> {
        self.exchanged(&[text], delivery)
    }

    /// The delivery without this place.
    pub(super) fn without(&self, delivery: &Delivery) -> Option<Delivery> {
        self.exchanged(&[], delivery)
    }

    /// The delivery with this place twice. `None` for a member of the body: of a repeated one the last
    /// counts.
    pub(super) fn doubled(&self, delivery: &Delivery) -> Option<Delivery> {
        if matches!(self, Self::Member(_)) {
            return None;
        }
        let text = self.text(delivery)?;
        self.exchanged(&[&text, &text], delivery)
    }

    fn exchanged(&self, texts: &[&str], delivery: &Delivery) -> Option<Delivery> {
        let mut delivery = delivery.clone();
        match self {
            Self::Header(name) => {
                delivery.headers.remove(name);
                for text in texts {
                    let value = HeaderValue::from_str(text).ok()?;
                    delivery.headers.append(name, value);
                }
            }
            Self::Query(name) => {
                let query = exchange_pair(delivery.query().unwrap_or_default(), name, texts);
                delivery.target = match query.as_str() {
                    "" => delivery.path().to_owned(),
                    query => format!("{}?{query}", delivery.path()),
                };
            }
            Self::Form(name) => {
                let form = std::str::from_utf8(&delivery.body).ok()?;
                delivery.body = exchange_pair(form, name, texts).into();
            }
            Self::Member(pointer) => {
                let mut document: Value = serde_json::from_slice(&delivery.body).ok()?;
                match texts {
                    [text] => *document.pointer_mut(pointer)? = Value::from(*text),
                    _ => remove_member(&mut document, pointer)?,
                }
                delivery.body = Bytes::from(document.to_string());
            }
        }
        Some(delivery)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.write_str(name.as_str()),
            Self::Query(name) => write!(f, "query parameter {name}"),
            Self::Form(name) => write!(f, "form field {name}"),
            Self::Member(pointer) => write!(f, "member {pointer}"),
        }
    }
}

/// A form with other values of one field, which come last.
fn exchange_pair(form: &str, name: &str, texts: &[&str]) -> String {
    let others = form_urlencoded::parse(form.as_bytes()).filter(|(key, _)| key != name);
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .extend_pairs(texts.iter().map(|text| (name, text)))
        .finish()
}

fn remove_member(document: &mut Value, pointer: &str) -> Option<()> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let members = document.pointer_mut(parent)?.as_object_mut()?;
    members.remove(&name).map(drop)
}
