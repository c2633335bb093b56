use crate::bindings::exports::bellpull::provider::guest::Guest;
use crate::{Binding, Description, Problem, Receiver, Refusal, Verdict};

/// One kind of sender.
///
/// All three functions must be free of state: every call runs in a fresh instance.
pub trait Provider {
    /// What this component is. May use [`host::log`](crate::host::log) alone.
    fn describe() -> Description;

    /// How this Receiver authenticates. Runs when a Receiver changes, never during a delivery, and
    /// may use `host::log` and `host::document::from_config`.
    ///
    /// # Errors
    /// Everything that is wrong with the Receiver, each with where and what to do.
    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>>;

    /// What of the delivery in hand. The checks that `configure` bound come first: until they have
    /// succeeded the host hands out no byte of the body.
    ///
    /// # Errors
    /// Why the delivery is not accepted. The reason reaches the operator's log, never the sender,
    /// and must not repeat what the delivery presented as a credential.
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
