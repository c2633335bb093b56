use crate::bindings::exports::bellpull::provider::guest::Guest;
use crate::{Binding, Description, Problem, Receiver, Refusal, Verdict};

/// One kind of sender.
///
/// The functions share no state: every call runs in a fresh instance.
pub trait Provider {
    /// Says what this component is. It may use [`host::log`](crate::host::log) and nothing else of the
    /// host.
    fn describe() -> Description;

    /// Says how deliveries to this Receiver authenticate. It runs when a Receiver changes, never during
    /// a delivery. It may use `host::log` and `host::document::from_config`.
    ///
    /// # Errors
    /// Every problem of the Receiver, each with its place and its remedy.
    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>>;

    /// Judges the current delivery. The checks that `configure` bound come first: the host gives no byte
    /// of the body before they have succeeded.
    ///
    /// # Errors
    /// The reason why the delivery is not accepted. It goes to the operator's log, never to the sender.
    /// It must not contain what the delivery presented as a credential.
    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal>;
}

impl<P: Provider> Guest for P {
    fn describe() -> Description {
        P::describe()
    }

    fn configure(receiver: Receiver) -> Result<Binding, Vec<Problem>> {
        P::configure(&receiver)
    }

    fn receive(receiver: Receiver) -> Result<Verdict, Refusal> {
        Ok(match P::receive(&receiver)? {
            Verdict::Accept(told) => Verdict::Accept(told.bounded()),
            verdict => verdict,
        })
    }
}
