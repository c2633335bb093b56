//! The verdict of a component, as far as its checks allow it.

use bellpull_core::{Acceptance, Disinterest, IgnoreClass, Refusal, Verdict, limits, text};
use bellpull_ports::BoundReceiver;

use super::bindings::bellpull::provider::types as wit;
use super::convert::{self, forget_redacted, forget_redacted_of_event};
use super::reply;
use crate::call_budget::CallBudget;
use crate::receive_call::ReceiveCall;
use crate::violation::Violation;

/// Lets a verdict pass when its checks allow it. A reply becomes a refusal when the delivery lacks what
/// the reply is made of.
pub(super) fn verdict(
    from: wit::Verdict,
    call: &ReceiveCall,
    budget: &mut CallBudget,
) -> Result<Result<Verdict, Refusal>, Violation> {
    let is_handshake = call.receiver.binding.answers_handshakes;
    match from {
        wit::Verdict::Accept(from) if call.is_proven() => {
            let from = match call.redacted.was_read {
                true => forget_redacted(from),
                false => from,
            };
            let acceptance = Acceptance {
                claims: call.claims(),
                ..convert::acceptance(from)?
            };
            Ok(Ok(Verdict::Accept(Box::new(acceptance))))
        }
        wit::Verdict::Accept(_) => Err(Violation::contract("accept without the bound check")),
        // The answer 200 tells the sender that the delivery is authentic, so it needs the proof too.
        wit::Verdict::Ignore(mut from) if call.is_proven() => {
            if let (true, Some(event)) = (call.redacted.was_read, &mut from.event) {
                forget_redacted_of_event(event);
            }
            Ok(Ok(Verdict::Ignore(Box::new(Disinterest {
                class: IgnoreClass::parse(&from.class),
                reason: outward(&from.reason, &call.receiver),
                event: from.event.map(convert::event).transpose()?,
            }))))
        }
        wit::Verdict::Ignore(_) => Err(Violation::contract("ignore without the bound check")),
        wit::Verdict::Reply(from) if is_handshake || call.is_proven() => {
            Ok(reply::response(from, call, budget)?.map(Verdict::Reply))
        }
        wit::Verdict::Reply(_) => Err(Violation::contract("reply without the bound check")),
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

/// A sentence of a component that may leave the host: without secrets and control characters, and cut.
fn outward(sentence: &str, receiver: &BoundReceiver) -> String {
    text::printable(
        &text::scrub(sentence, receiver.secrets()),
        limits::GUEST_TEXT,
    )
}
