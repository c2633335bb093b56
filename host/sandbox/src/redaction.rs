//! What a guest may not read of its delivery: whatever holds a value of the Secret or the webhook path.

use bellpull_engine::wasmtime;

use crate::store::{Phase, StoreData};

impl StoreData {
    /// Whether a text that was read from `place` holds a secret, and so reads as `[redacted]`. It is not
    /// asked for texts that the guest made itself: the answer would tell whether a guess is right.
    pub(crate) fn hides(&mut self, text: &[u8], place: &'static str) -> wasmtime::Result<bool> {
        let hides = self.holds_secrets(text);
        if let (true, Phase::Receive(call)) = (hides, &mut self.phase) {
            call.redacted.was_read = true;
            if call.receiver.redaction.record_hidden(place) {
                let (receiver, provider) = (call.receiver.id(), &*self.provider);
                let delivery = call.delivery.id.as_str();
                tracing::warn!(
                    %receiver,
                    provider,
                    delivery,
                    place,
                    "a delivery held a value of the Secret or the webhook path where neither is \
                     presented: it was hidden from the component"
                );
            }
        }
        Ok(hides)
    }

    fn holds_secrets(&mut self, text: &[u8]) -> bool {
        let Phase::Receive(call) = &self.phase else {
            return false;
        };
        // A text is hidden once the budget for the search is spent. It is no fault of the component,
        // since the sender decides in how many ways its text can be read.
        let searched = call
            .receiver
            .redaction
            .hides(text, &mut self.budget.searched);
        searched.unwrap_or(true)
    }

    /// Remembers that the guest has read `[redacted]`.
    pub(crate) fn read_redacted(&mut self) {
        if let Phase::Receive(call) = &mut self.phase {
            call.redacted.was_read = true;
        }
    }

    /// Whether the raw body holds a secret. It is searched once. There is no warning: the component can
    /// read the rest by `document`, and a ping of GitHub names its own webhook.
    pub(crate) fn hides_body(&mut self) -> wasmtime::Result<bool> {
        let Phase::Receive(call) = &self.phase else {
            return Ok(false);
        };
        if let Some(known) = call.redacted.body {
            return Ok(known);
        }
        let body = call.delivery.body.clone();
        let hides = self.holds_secrets(&body);
        if let Phase::Receive(call) = &mut self.phase {
            call.redacted.body = Some(hides);
        }
        Ok(hides)
    }
}
