use std::sync::Arc;

use bellpull_core::Bytes;

/// JSON that a guest holds by a handle.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub enum Document {
    /// The body of the delivery.
    Body,
    /// A form field of the body.
    Field(Bytes),
    /// The claims of a token.
    Claims(Bytes),
    /// Bytes that the guest made itself. Nothing of them is redacted: that would tell whether a guess
    /// is right.
    Bytes(Bytes),
    /// `spec.config`.
    Config(Arc<str>),
}
