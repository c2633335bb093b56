use bellpull_core::{Bytes, TokenError, TokenExpectation};
use bellpull_engine::wasmtime::{self, component::Resource};
use bellpull_proof::presented_at;

use super::credentials::presented_length;
use super::document::Document;
use super::wit::jwt::{Expectation, Failure};
use super::wit::{fetch, jwt};
use crate::state::State;
use crate::stop::Stop;

const TOO_LONG: &str = "the network was waited for as long as a delivery may";

impl jwt::Host for State {
    async fn verify(
        &mut self,
        expect: Expectation,
    ) -> wasmtime::Result<Result<Resource<Document>, Failure>> {
        let call = self.call()?;
        // Else a delivery could say where the host is to go.
        let bound = &call.receiver.binding.issuers;
        if !expect.issuers.iter().all(|issuer| bound.contains(issuer)) {
            let undeclared = "a token was asked for of an issuer that the binding does not list";
            return Err(wasmtime::Error::new(Stop::contract(undeclared)));
        }
        let places = &call.receiver.binding.tokens;
        if places.is_empty() {
            let nowhere = "a token was asked for, and the binding gives no place for one";
            return Err(wasmtime::Error::new(Stop::contract(nowhere)));
        }
        let length = presented_length(call, places);
        self.budget.check(length).map_err(wasmtime::Error::new)?;
        let call = self.call()?;
        let token = presented_at(&call.receiver.binding.tokens, &call.delivery)
            .and_then(|token| String::from_utf8(token).ok());
        let Some(token) = token else {
            let absent = "the delivery presents no token".to_owned();
            return Ok(Err(Failure::Unauthenticated(absent)));
        };
        let expected = TokenExpectation {
            issuers: expect.issuers,
            audiences: expect.audiences,
        };
        let (reach, now) = (call.reach.clone(), call.delivery.received);
        let verified = reach.egress.verify_token(token.trim(), &expected, now);
        let Some(verified) = reach.waits.wait(verified).await else {
            return Ok(Err(Failure::Unavailable(TOO_LONG.to_owned())));
        };
        let claims = match verified {
            Ok(claims) => claims,
            Err(TokenError::Unauthenticated(why)) => {
                // It may quote what the token says.
                let why = match self.hides(why.as_bytes(), "the token")? {
                    true => "why the token is refused quotes a secret".to_owned(),
                    false => why,
                };
                return Ok(Err(Failure::Unauthenticated(why)));
            }
            Err(TokenError::Unavailable(why)) => return Ok(Err(Failure::Unavailable(why))),
        };
        let json = serde_json::to_vec(&claims).map_err(wasmtime::Error::new)?;
        self.call()?.token_verified(claims);
        // An audience is often the address that deliveries are sent to, with the secret path in it.
        Ok(Ok(self.open(Document::Claims(Bytes::from(json)))?))
    }
}

impl fetch::Host for State {
    async fn get(&mut self, url: String) -> wasmtime::Result<Result<Vec<u8>, String>> {
        self.budget.fetch().map_err(wasmtime::Error::new)?;
        let reach = self.call()?.reach.clone();
        let fetched = reach.egress.fetch(&reach.component, &url, &reach.hosts);
        let fetched = reach.waits.wait(fetched).await;
        Ok(fetched
            .unwrap_or_else(|| Err(TOO_LONG.to_owned()))
            .map(|body| body.to_vec()))
    }
}
