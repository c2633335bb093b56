use std::sync::Arc;

use bellpull_core::{Binding, Bytes, Source, limits, text};
use bellpull_engine::wasmtime::{self, component::Resource};
use bellpull_proof::json;

use super::delivery::BEFORE_PROOF;
use super::wit::document::{Host, HostJson, Value};
use crate::state::{Phase, State};
use crate::stop::Stop;

/// What a component is told when it reads a body in which it has not declared its credential so.
const HIDDEN_FORM: &str = "a part of the body is a credential: a form that carries one is not read, \
                           nor a JSON body as a form, nor a form as JSON";
/// Documents that a guest may hold.
const HANDLES: usize = 64;

/// JSON that a guest holds by handle.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub enum Document {
    /// The body of the delivery, with its credentials hidden.
    Body,
    /// A form field.
    Field(Bytes),
    /// The claims of a token.
    Claims(Bytes),
    /// What the guest decoded itself. To hide of it what holds a secret would say of a guess whether it
    /// is right.
    Bytes(Bytes),
    /// `spec.config`.
    Config(Arc<str>),
}

impl State {
    /// An answer as the guest reads it.
    fn shown(&mut self, answer: json::Value, place: &'static str) -> wasmtime::Result<Value> {
        let hides = match &answer {
            json::Value::Text(text) if text == text::REDACTED => {
                self.redacted();
                false
            }
            json::Value::Number(text) | json::Value::Text(text) | json::Value::Json(text) => {
                self.hides(text.as_bytes(), place)?
            }
            json::Value::Missing | json::Value::Null | json::Value::Boolean(_) => false,
        };
        match answer {
            answer if !hides => Ok(value(answer)),
            json::Value::Json(text) => self.shown_json(&text, place),
            _ => Ok(Value::Text(text::REDACTED.to_owned())),
        }
    }

    /// An array or object without the texts that are hidden: what it is stays, since a component looks at
    /// that first.
    fn shown_json(&mut self, text: &str, place: &'static str) -> wasmtime::Result<Value> {
        if let Ok(whole) = serde_json::from_str(text) {
            let shown = self.without_hidden(whole, place)?.to_string();
            // What is left beside one another may be a secret too.
            if !self.hides(shown.as_bytes(), place)? {
                return Ok(Value::Json(shown));
            }
        }
        Ok(Value::Text(text::REDACTED.to_owned()))
    }

    fn without_hidden(
        &mut self,
        whole: serde_json::Value,
        place: &'static str,
    ) -> wasmtime::Result<serde_json::Value> {
        use serde_json::Value as Json;
        let redacted = || Json::from(text::REDACTED);
        Ok(match whole {
            Json::String(text) if self.hides(text.as_bytes(), place)? => redacted(),
            Json::Number(number) if self.hides(number.to_string().as_bytes(), place)? => redacted(),
            Json::Array(elements) => {
                let elements = elements.into_iter();
                let shown = elements.map(|element| self.without_hidden(element, place));
                Json::Array(shown.collect::<wasmtime::Result<_>>()?)
            }
            Json::Object(members) => {
                let shown = members.into_iter().map(|(name, member)| {
                    let member = self.without_hidden(member, place)?;
                    Ok(match self.hides(name.as_bytes(), place)? {
                        true => (text::REDACTED.to_owned(), member),
                        false => (name, member),
                    })
                });
                Json::Object(shown.collect::<wasmtime::Result<_>>()?)
            }
            shown => shown,
        })
    }

    /// Gives the guest a handle of a document.
    pub(super) fn open(&mut self, document: Document) -> wasmtime::Result<Resource<Document>> {
        if self.documents == HANDLES {
            return Err(wasmtime::Error::new(Stop::Memory {
                what: "handles",
                wanted: HANDLES + 1,
                limit: HANDLES,
            }));
        }
        self.documents += 1;
        Ok(self.table.push(document)?)
    }
}

impl Host for State {
    fn from_body(&mut self) -> wasmtime::Result<Result<Resource<Document>, String>> {
        let call = self.call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        // Members are hidden one by one; what is a form field to the one is any text to the other.
        if hides_form(&call.receiver.binding) {
            return Ok(Err(HIDDEN_FORM.to_owned()));
        }
        Ok(Ok(self.open(Document::Body)?))
    }

    fn from_form(&mut self, field: String) -> wasmtime::Result<Result<Resource<Document>, String>> {
        let call = self.call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        if call.receiver.binding.hides_body() {
            return Ok(Err(HIDDEN_FORM.to_owned()));
        }
        let mut values = call.delivery.form_values(&field);
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value,
            (None, _) => return Ok(Err("the form has no such field".to_owned())),
            (Some(_), Some(_)) => return Ok(Err("the form has the field twice".to_owned())),
        };
        drop(values);
        let length = call.delivery.body.len();
        self.budget.parse(length).map_err(wasmtime::Error::new)?;
        Ok(Ok(self.open(Document::Field(Bytes::from(value)))?))
    }

    fn from_bytes(&mut self, bytes: Vec<u8>) -> wasmtime::Result<Resource<Document>> {
        self.call()?;
        if bytes.len() > limits::EVENT_BYTES {
            return Err(wasmtime::Error::new(Stop::contract(
                "from-bytes over 128 KiB",
            )));
        }
        self.open(Document::Bytes(Bytes::from(bytes)))
    }

    fn from_config(&mut self) -> wasmtime::Result<Resource<Document>> {
        self.budget.host_call().map_err(wasmtime::Error::new)?;
        let config = match &self.phase {
            Phase::Configure { config } => Arc::clone(config),
            Phase::Receive(call) => super::super::config_of(&call.receiver.view),
            Phase::Describe => {
                return Err(wasmtime::Error::new(Stop::contract(
                    "`describe` has no config",
                )));
            }
        };
        self.open(Document::Config(config))
    }
}

impl HostJson for State {
    fn select(
        &mut self,
        document: Resource<Document>,
        pointers: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Vec<Value>>, String>> {
        self.budget.host_call().map_err(wasmtime::Error::new)?;
        let document = self.table.get(&document)?.clone();
        let (bytes, hidden) = match (&document, &self.phase) {
            (Document::Body, Phase::Receive(call)) => {
                (call.delivery.body.clone(), hidden(&call.receiver.binding))
            }
            (Document::Body, _) => {
                return Err(wasmtime::Error::new(Stop::contract("no delivery in hand")));
            }
            (Document::Field(bytes) | Document::Claims(bytes) | Document::Bytes(bytes), _) => {
                (bytes.clone(), Vec::new())
            }
            (Document::Config(config), _) => {
                (Bytes::copy_from_slice(config.as_bytes()), Vec::new())
            }
        };
        let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
        let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
        let selector = match json::Pointers::parse(&pointers, &hidden) {
            Ok(selector) => selector,
            Err(error) => return Ok(Err(error.to_string())),
        };
        self.budget
            .parse(bytes.len().saturating_mul(selector.readings()))
            .map_err(wasmtime::Error::new)?;
        let answers = match selector.select(&bytes) {
            Ok(answers) => answers,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let place = match &document {
            Document::Body | Document::Field(_) => Some("the body"),
            Document::Claims(_) => Some("the token"),
            Document::Bytes(_) | Document::Config(_) => None,
        };
        let shown = answers.into_iter().map(|list| {
            let list = list.into_iter();
            list.map(|answer| match place {
                Some(place) => self.shown(answer, place),
                None => Ok(value(answer)),
            })
            .collect::<wasmtime::Result<Vec<_>>>()
        });
        Ok(Ok(shown.collect::<wasmtime::Result<_>>()?))
    }

    fn drop(&mut self, document: Resource<Document>) -> wasmtime::Result<()> {
        self.table.delete(document)?;
        self.documents = self.documents.saturating_sub(1);
        Ok(())
    }
}

fn hides_form(binding: &Binding) -> bool {
    let mut carriers = binding.carriers();
    carriers.any(|carrier| matches!(carrier, Source::Form(_)))
}

/// The members that carry a credential.
fn hidden(binding: &Binding) -> Vec<String> {
    let members = binding.carriers().filter_map(|carrier| match carrier {
        Source::Member(pointer) => Some(pointer.clone()),
        _ => None,
    });
    members.collect()
}

fn value(value: json::Value) -> Value {
    match value {
        json::Value::Missing => Value::Missing,
        json::Value::Null => Value::Null,
        json::Value::Boolean(value) => Value::Boolean(value),
        json::Value::Number(text) => Value::Number(text),
        json::Value::Text(text) => Value::Text(text),
        json::Value::Json(text) => Value::Json(text),
    }
}
