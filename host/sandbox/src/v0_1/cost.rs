//! The bytes that the host reads for a check, by which the check is charged.

use bellpull_core::Source;
use bellpull_proof::Part;

use crate::receive_call::ReceiveCall;

/// Bytes that are read to find a credential at these places. A place in the body costs all of it.
pub(super) fn presented_length(call: &ReceiveCall, places: &[Source]) -> u64 {
    let length = |place: &Source| match place {
        Source::Member(_) | Source::Form(_) => call.delivery.body.len() as u64,
        Source::Query(_) => call.delivery.target.len() as u64,
        Source::Header(_)
        | Source::Bearer(_)
        | Source::Scheme { .. }
        | Source::BasicUsername
        | Source::BasicPassword
        | Source::Cookie(_) => 0,
    };
    places.iter().map(length).sum()
}

/// Bytes that one MAC over the message hashes. A part of the body costs all of it, since it is parsed.
pub(super) fn hashed_length(call: &ReceiveCall, message: &[Part]) -> u64 {
    let length = |value: &[u8]| value.len() as u64;
    message
        .iter()
        .map(|part| match part {
            Part::Body | Part::Form(_) | Part::Member(_) => call.delivery.body.len() as u64,
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Header(name) => call.delivery.single_header(name).map_or(0, length),
            Part::Authority => call.delivery.single_header("host").map_or(0, length),
            Part::Query
            | Part::Parameter(_)
            | Part::Method
            | Part::Target
            | Part::Path
            | Part::QueryComponent => call.delivery.target.len() as u64,
        })
        .sum()
}
