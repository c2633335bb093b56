//! Answers of `select` as the guest reads them.

use bellpull_core::text;
use bellpull_engine::wasmtime;
use bellpull_proof::json;

use crate::store::StoreData;
use crate::v0_1::bindings::bellpull::provider::document::Value;

impl StoreData {
    /// An answer without the secrets of the delivery.
    pub(super) fn redacted_answer(
        &mut self,
        answer: json::Value,
        place: &'static str,
    ) -> wasmtime::Result<Value> {
        let hides = match &answer {
            json::Value::Text(text) if text == text::REDACTED => {
                self.read_redacted();
                false
            }
            json::Value::Number(text) | json::Value::Text(text) | json::Value::Json(text) => {
                self.hides(text.as_bytes(), place)?
            }
            json::Value::Missing | json::Value::Null | json::Value::Boolean(_) => false,
        };
        match answer {
            answer if !hides => Ok(plain_answer(answer)),
            json::Value::Json(text) => self.redacted_json(&text, place),
            _ => Ok(Value::Text(text::REDACTED.to_owned())),
        }
    }

    /// An array or object without the texts that hold secrets. It stays an array or object, since a
    /// component looks at that first.
    fn redacted_json(&mut self, text: &str, place: &'static str) -> wasmtime::Result<Value> {
        if let Ok(whole) = serde_json::from_str(text) {
            let shown = self.without_secrets(whole, place)?.to_string();
            // Texts that are left may together be a secret.
            if !self.hides(shown.as_bytes(), place)? {
                return Ok(Value::Json(shown));
            }
        }
        Ok(Value::Text(text::REDACTED.to_owned()))
    }

    fn without_secrets(
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
                let shown = elements.map(|element| self.without_secrets(element, place));
                Json::Array(shown.collect::<wasmtime::Result<_>>()?)
            }
            Json::Object(members) => {
                let shown = members.into_iter().map(|(name, member)| {
                    let member = self.without_secrets(member, place)?;
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
}

/// An answer of what the guest made itself.
pub(super) fn plain_answer(answer: json::Value) -> Value {
    match answer {
        json::Value::Missing => Value::Missing,
        json::Value::Null => Value::Null,
        json::Value::Boolean(value) => Value::Boolean(value),
        json::Value::Number(text) => Value::Number(text),
        json::Value::Text(text) => Value::Text(text),
        json::Value::Json(text) => Value::Json(text),
    }
}
