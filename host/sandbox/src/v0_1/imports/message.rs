use bellpull_proof::Part;

use crate::receive_call::ReceiveCall;
use crate::v0_1::bindings::bellpull::provider::types as wit;
use crate::v0_1::convert;
use crate::violation::Violation;

/// The parts of a message that is checked.
pub(super) fn parts(message: Vec<wit::Part>) -> Result<Vec<Part>, Violation> {
    message.into_iter().map(convert::part).collect()
}

/// Checks that `describe` lists the credential key.
pub(super) fn check_declared(call: &ReceiveCall, key: &str) -> Result<(), Violation> {
    let mut declared = call.description.credential_keys.iter();
    if declared.any(|declared| declared == key) {
        return Ok(());
    }
    Err(Violation::contract(
        "a credential key was checked that `describe` does not list",
    ))
}
