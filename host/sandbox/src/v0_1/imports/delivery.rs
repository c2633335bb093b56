use std::sync::Arc;

use bellpull_core::text;
use bellpull_engine::wasmtime;

use super::wit::delivery::Host;
use crate::state::State;

/// What a component is told when it reads the body too early.
pub(super) const BEFORE_PROOF: &str = "the body may be read after the bound checks have succeeded";
/// What a component is told when a part of the body is a credential, or holds one.
pub(super) const HIDDEN_BODY: &str = "a part of the body is a credential: use `document`";

impl State {
    /// Whether the guest reads that a value is redacted: by its place, or by what it holds.
    fn redacts(
        &mut self,
        by_place: bool,
        value: &[u8],
        place: &'static str,
    ) -> wasmtime::Result<bool> {
        if by_place {
            self.redacted();
            return Ok(true);
        }
        self.hides(value, place)
    }
}

impl Host for State {
    fn method(&mut self) -> wasmtime::Result<String> {
        let method = self.call()?.delivery.method.clone();
        let hides = self.hides(method.as_str().as_bytes(), "the method")?;
        let shown = if hides {
            text::REDACTED
        } else {
            method.as_str()
        };
        Ok(shown.to_owned())
    }

    fn query(&mut self, name: String) -> wasmtime::Result<Vec<String>> {
        let call = self.call()?;
        let redacted = call.receiver.binding.redacts_query(&name);
        let values: Vec<String> = call.delivery.query_values(&name).collect();
        let shown = values.into_iter().map(|value| {
            Ok(
                match self.redacts(redacted, value.as_bytes(), "the query")? {
                    true => text::REDACTED.to_owned(),
                    false => value,
                },
            )
        });
        shown.collect()
    }

    fn header(&mut self, name: String) -> wasmtime::Result<Vec<Vec<u8>>> {
        let call = self.call()?;
        let redacted = call.receiver.binding.redacts_header(&name);
        let delivery = Arc::clone(&call.delivery);
        let values = delivery.headers.get_all(name.as_str()).iter();
        let shown = values.map(|value| {
            let value = value.as_bytes();
            Ok(match self.redacts(redacted, value, "a header")? {
                true => text::REDACTED.as_bytes().to_vec(),
                false => value.to_vec(),
            })
        });
        shown.collect()
    }

    fn body_length(&mut self) -> wasmtime::Result<u64> {
        Ok(self.call()?.delivery.body.len() as u64)
    }

    fn body(&mut self, offset: u64, length: u32) -> wasmtime::Result<Result<Vec<u8>, String>> {
        let call = self.call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        if call.receiver.binding.hides_body() || self.hides_body()? {
            return Ok(Err(HIDDEN_BODY.to_owned()));
        }
        let body = &self.call()?.delivery.body;
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(body.len());
        let end = start.saturating_add(length as usize).min(body.len());
        Ok(Ok(body.get(start..end).unwrap_or_default().to_vec()))
    }
}
