use crate::{Event, Outcome, Refusal, UnavailableCause, Verdict, VerifyError};

/// Where a delivery goes after its component has spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// On to filters and targets.
    Accepted(Box<Event>),
    /// To its answer.
    Ended {
        /// How it ended.
        outcome: Outcome,
        /// Why, for the log and the records; empty when there is nothing to say.
        reason: String,
    },
}

/// What a component's answer makes of a delivery.
#[must_use]
pub fn judge(answer: Result<Verdict, VerifyError>) -> Judged {
    let unavailable = Outcome::Unavailable;
    let (outcome, reason) = match answer {
        Ok(Verdict::Accept(event)) => return Judged::Accepted(event),
        Ok(Verdict::Ignore(reason)) => (Outcome::Ignored, reason),
        Ok(Verdict::Reply(response)) => (Outcome::Replied(response), String::new()),
        Err(VerifyError::Refused(refusal)) => match refusal {
            Refusal::Unauthenticated(reason) | Refusal::Stale(reason) => {
                (Outcome::Unauthenticated, reason)
            }
            Refusal::Malformed(reason) => (Outcome::Malformed, reason),
            Refusal::Unavailable(reason) => (unavailable(UnavailableCause::Keys), reason),
            Refusal::Misconfigured(reason) => (unavailable(UnavailableCause::NotReady), reason),
        },
        Err(VerifyError::Faulted(fault, reason)) => (
            unavailable(UnavailableCause::Faulted),
            format!("{fault}: {reason}"),
        ),
        Err(VerifyError::Busy) => (
            unavailable(UnavailableCause::Busy),
            "no permit to verify came free in time".to_owned(),
        ),
        Err(VerifyError::BrokenOff) => (
            unavailable(UnavailableCause::BrokenOff),
            "the component rests after repeated faults".to_owned(),
        ),
    };
    Judged::Ended { outcome, reason }
}
