//! Between the contract's words and core's.

mod binding;
mod event;
mod hidden;
mod words;

use std::sync::Arc;

use bellpull_core::{
    Acceptance, Description, Disinterest, IgnoreClass, Problem, ReceiverView, Refusal, Verdict,
    limits, text,
};
use bellpull_ports::BoundReceiver;

pub(super) use binding::binding;
pub(super) use words::{part, unknown};

use super::bindings::bellpull::provider::types as wit;
use super::reply;
use crate::budget::Budget;
use crate::state::Call;
use crate::stop::Stop;

/// Problems of one Receiver that are told.
const PROBLEMS: usize = 16;

pub(super) fn description(from: wit::Description) -> Description {
    Description {
        providers: from.providers,
        version: text::printable(&from.version, 64),
        documentation: text::printable(&from.documentation, limits::GUEST_TEXT),
        events: from.events,
        credential_keys: from.credential_keys,
        setting_keys: from.setting_keys,
        config_schema: from.config_schema,
        fetch_hosts: from.fetch_hosts,
    }
}

pub(super) fn receiver(from: &ReceiverView) -> wit::Receiver {
    wit::Receiver {
        provider: from.provider.clone(),
        events: from.events.clone(),
        keys: from.keys.clone(),
        settings: from.settings.clone(),
        extensions: Vec::new(),
    }
}

pub(super) fn problems(from: Vec<wit::Problem>) -> Vec<Problem> {
    from.into_iter()
        .take(PROBLEMS)
        .map(|problem| Problem {
            at: text::printable(&problem.at, 128),
            message: text::printable(&problem.message, limits::GUEST_TEXT),
        })
        .collect()
}

/// What a component says, as far as it is bound to it. A reply may turn out to be impossible for what
/// the delivery has.
pub(super) fn verdict(
    from: wit::Verdict,
    call: &Call,
    budget: &mut Budget,
) -> Result<Result<Verdict, Refusal>, Stop> {
    let handshake = call.receiver.binding.answers_handshakes;
    match from {
        wit::Verdict::Accept(from) if call.is_proven() => {
            let from = match call.hidden.something {
                true => hidden::forget(from),
                false => from,
            };
            let acceptance = Acceptance {
                claims: call.claims().map(Arc::clone),
                ..event::accepted(from)?
            };
            Ok(Ok(Verdict::Accept(Box::new(acceptance))))
        }
        wit::Verdict::Accept(_) => Err(Stop::contract("accept without the bound check")),
        // An answer of 200 says "authentic" to whoever asks, so it takes the proof too.
        wit::Verdict::Ignore(mut from) if call.is_proven() => {
            if let (true, Some(event)) = (call.hidden.something, &mut from.event) {
                hidden::forget_of(event);
            }
            Ok(Ok(Verdict::Ignore(Box::new(Disinterest {
                class: IgnoreClass::parse(&from.class),
                reason: outward(&from.reason, &call.receiver),
                event: from.event.map(event::ignored).transpose()?,
            }))))
        }
        wit::Verdict::Ignore(_) => Err(Stop::contract("ignore without the bound check")),
        wit::Verdict::Reply(from) if handshake || call.is_proven() => {
            Ok(reply::response(from, call, budget)?.map(Verdict::Reply))
        }
        wit::Verdict::Reply(_) => Err(Stop::contract("reply without the bound check")),
    }
}

pub(super) fn refusal(from: wit::Refusal, receiver: &BoundReceiver) -> Refusal {
    match from {
        wit::Refusal::Unauthenticated(reason) => {
            Refusal::Unauthenticated(outward(&reason, receiver))
        }
        wit::Refusal::Malformed(reason) => Refusal::Malformed(outward(&reason, receiver)),
        wit::Refusal::Stale(reason) => Refusal::Stale(outward(&reason, receiver)),
        wit::Refusal::Unavailable(reason) => Refusal::Unavailable(outward(&reason, receiver)),
        wit::Refusal::Misconfigured(reason) => Refusal::Misconfigured(outward(&reason, receiver)),
    }
}

/// A tenant's sentence, fit to leave.
fn outward(sentence: &str, receiver: &BoundReceiver) -> String {
    text::printable(
        &text::scrub(sentence, receiver.secrets()),
        limits::GUEST_TEXT,
    )
}
