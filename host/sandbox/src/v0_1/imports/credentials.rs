use bellpull_core::Authentication;
use bellpull_engine::wasmtime;
use bellpull_proof::{HmacAlgorithm, message_parts};

use super::message::{check_declared, parts};
use crate::host_call::HostCall;
use crate::proof_rule::{covers_delivery, may_be_known_to_strangers};
use crate::v0_1::bindings::bellpull::provider::credentials::Host;
use crate::v0_1::bindings::bellpull::provider::types;
use crate::v0_1::convert;
use crate::v0_1::cost::{hashed_length, presented_length};
use crate::violation::Violation;

impl Host for HostCall<'_> {
    fn verify_hmac(
        &mut self,
        key: String,
        algorithm: String,
        message: Vec<types::Part>,
        mac: Vec<u8>,
    ) -> wasmtime::Result<bool> {
        let store = self.store()?;
        let call = store.receive_call()?;
        check_declared(call, &key)?;
        let algorithm = HmacAlgorithm::parse(&algorithm).ok_or_else(|| {
            let known = ["sha1", "sha256", "sha384", "sha512"];
            Violation::contract(convert::unknown("HMAC algorithm", &algorithm, &known))
        })?;
        let message = parts(message)?;
        let length = hashed_length(call, &message) * call.receiver.credentials.count(&key) as u64;
        store.budget.check(length)?;
        let call = store.receive_call()?;
        let binding = &call.receiver.binding;
        let is_known = message_parts(&call.delivery, &message)
            .is_some_and(|bytes| may_be_known_to_strangers(binding, &bytes));
        let credentials = &call.receiver.credentials;
        let right =
            credentials.verify_hmac(&key, algorithm, &call.delivery, &message, &mac) && !is_known;
        if right && covers_delivery(binding, &call.delivery, &message) {
            call.record_credential(&key, Authentication::Signature);
        }
        Ok(right)
    }

    fn matches(&mut self, key: String) -> wasmtime::Result<bool> {
        let store = self.store()?;
        let call = store.receive_call()?;
        check_declared(call, &key)?;
        let places = call.receiver.binding.places_of(&key);
        // A place that is not bound is not redacted either.
        if places.is_empty() {
            return Err(Violation::contract(format!(
                "credential {key:?} was to be matched, and the binding gives no place for it"
            )))?;
        }
        let length = presented_length(call, places);
        store.budget.check(length)?;
        let call = store.receive_call()?;
        let bound = &call.receiver;
        let places = bound.binding.places_of(&key);
        let right = bound.credentials.matches(&key, places, &call.delivery);
        if right {
            call.record_credential(&key, Authentication::Secret);
        }
        Ok(right)
    }
}
