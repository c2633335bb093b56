//! The URLs of pages.

use bellpull_core::ReceiverId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is not written as it is in a URL (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The pages that every page leads to.
pub(crate) const NOW: &str = "/";
pub(crate) const RECEIVERS: &str = "/receivers";
pub(crate) const DELIVERIES: &str = "/deliveries";
pub(crate) const FILTER: &str = "/filter";

/// The page of a delivery.
pub(crate) fn delivery(id: &str) -> String {
    format!("{DELIVERIES}/{}", encoded(id))
}

/// The page that tries a filter on a delivery.
pub(crate) fn filter(delivery: &str) -> String {
    format!("{FILTER}?delivery={}", encoded(delivery))
}

/// What is done with a Receiver.
pub(crate) fn receiver(receiver: &ReceiverId, action: &str) -> String {
    let (namespace, name) = (encoded(&receiver.namespace), encoded(&receiver.name));
    format!("{RECEIVERS}/{namespace}/{name}/{action}")
}

/// The deliveries of a Receiver.
pub(crate) fn deliveries_of(receiver: &ReceiverId) -> String {
    let (namespace, name) = (encoded(&receiver.namespace), encoded(&receiver.name));
    format!("{DELIVERIES}?namespace={namespace}&receiver={name}")
}

/// The deliveries with an outcome.
pub(crate) fn deliveries_with(outcome: &str) -> String {
    format!("{DELIVERIES}?outcome={}", encoded(outcome))
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, RESERVED).to_string()
}
