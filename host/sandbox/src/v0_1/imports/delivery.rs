use std::sync::Arc;

use bellpull_core::text;
use bellpull_engine::wasmtime;

use crate::host_call::HostCall;
use crate::store::StoreData;
use crate::v0_1::bindings::bellpull::provider::delivery::Host;

/// The error of a body that is read before the proof.
pub(super) const BEFORE_PROOF: &str = "the body may be read after the bound checks have succeeded";
/// The error of a raw body that holds a secret, or may hold one.
pub(super) const HIDDEN_BODY: &str = "a part of the body is a credential: use `document`";

impl StoreData {
    /// Whether the guest reads `[redacted]` for a value, because of its place or because it holds a secret.
    fn redacts(
        &mut self,
        by_place: bool,
        value: &[u8],
        place: &'static str,
    ) -> wasmtime::Result<bool> {
        if by_place {
            self.read_redacted();
            return Ok(true);
        }
        self.hides(value, place)
    }
}

impl Host for HostCall<'_> {
    fn method(&mut self) -> wasmtime::Result<String> {
        let store = self.store()?;
        let method = store.receive_call()?.delivery.method.clone();
        let hides = store.hides(method.as_str().as_bytes(), "the method")?;
        let shown = if hides {
            text::REDACTED
        } else {
            method.as_str()
        };
        Ok(shown.to_owned())
    }

    fn query(&mut self, name: String) -> wasmtime::Result<Vec<String>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        let redacted = call.receiver.binding.redacts_query(&name);
        let values: Vec<String> = call.delivery.query_values(&name).collect();
        let shown = values.into_iter().map(|value| {
            Ok(
                match store.redacts(redacted, value.as_bytes(), "the query")? {
                    true => text::REDACTED.to_owned(),
                    false => value,
                },
            )
        });
        shown.collect()
    }

    fn header(&mut self, name: String) -> wasmtime::Result<Vec<Vec<u8>>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        let redacted = call.receiver.binding.redacts_header(&name);
        let delivery = Arc::clone(&call.delivery);
        let values = delivery.headers.get_all(name.as_str()).iter();
        let shown = values.map(|value| {
            let value = value.as_bytes();
            Ok(match store.redacts(redacted, value, "a header")? {
                true => text::REDACTED.as_bytes().to_vec(),
                false => value.to_vec(),
            })
        });
        shown.collect()
    }

    fn body_length(&mut self) -> wasmtime::Result<u64> {
        Ok(self.store()?.receive_call()?.delivery.body.len() as u64)
    }

    fn body(&mut self, offset: u64, length: u32) -> wasmtime::Result<Result<Vec<u8>, String>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        if !call.may_read_body() {
            return Ok(Err(BEFORE_PROOF.to_owned()));
        }
        if call.receiver.binding.hides_body() || store.hides_body()? {
            return Ok(Err(HIDDEN_BODY.to_owned()));
        }
        let body = &store.receive_call()?.delivery.body;
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(body.len());
        let end = start.saturating_add(length as usize).min(body.len());
        Ok(Ok(body.get(start..end).unwrap_or_default().to_vec()))
    }
}
