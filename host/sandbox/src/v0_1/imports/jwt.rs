use bellpull_core::{Bytes, TokenError, TokenExpectation};
use bellpull_engine::wasmtime::{self, component::Resource};
use bellpull_proof::presented_at_one_of;

use crate::host_call::HostCall;
use crate::network_wait::TOO_LONG;
use crate::v0_1::bindings::bellpull::provider::jwt::{Expectation, Failure, Host};
use crate::v0_1::cost::presented_length;
use crate::v0_1::document::Document;
use crate::violation::Violation;

impl Host for HostCall<'_> {
    async fn verify(
        &mut self,
        expect: Expectation,
    ) -> wasmtime::Result<Result<Resource<Document>, Failure>> {
        let store = self.store()?;
        let call = store.receive_call()?;
        // Otherwise a delivery could decide which address the host connects to.
        let bound = &call.receiver.binding.issuers;
        if !expect.issuers.iter().all(|issuer| bound.contains(issuer)) {
            let undeclared = "a token was asked for of an issuer that the binding does not list";
            return Err(Violation::contract(undeclared))?;
        }
        let places = &call.receiver.binding.tokens;
        if places.is_empty() {
            let nowhere = "a token was asked for, and the binding gives no place for one";
            return Err(Violation::contract(nowhere))?;
        }
        let length = presented_length(call, places);
        store.budget.check(length)?;
        let call = store.receive_call()?;
        let token = presented_at_one_of(&call.receiver.binding.tokens, &call.delivery)
            .and_then(|token| String::from_utf8(token).ok());
        let Some(token) = token else {
            let absent = "the delivery presents no token".to_owned();
            return Ok(Err(Failure::Unauthenticated(absent)));
        };
        let expected = TokenExpectation {
            issuers: expect.issuers,
            audiences: expect.audiences,
        };
        let (egress, now) = (call.egress.clone(), call.delivery.received);
        let verified = egress.port.verify_token(token.trim(), &expected, now);
        let Some(verified) = egress.waits.wait(verified).await else {
            return Ok(Err(Failure::Unavailable(TOO_LONG.to_owned())));
        };
        let claims = match verified {
            Ok(claims) => claims,
            Err(TokenError::Unauthenticated(why)) => {
                // The reason may quote the token.
                let why = match store.hides(why.as_bytes(), "the token")? {
                    true => "why the token is refused quotes a secret".to_owned(),
                    false => why,
                };
                return Ok(Err(Failure::Unauthenticated(why)));
            }
            Err(TokenError::Unavailable(why)) => return Ok(Err(Failure::Unavailable(why))),
        };
        let json = serde_json::to_vec(&claims)?;
        store.receive_call()?.checks.record_token(claims);
        // Claims are redacted too: the audience is often the URL of the webhook, with its secret path.
        Ok(Ok(store.open(Document::Claims(Bytes::from(json)))?))
    }
}
