//! What a guest sees of its delivery: nothing that holds a value of the Secret or the webhook path.

use bellpull_engine::wasmtime;

use crate::state::{Phase, State};

/// What is hidden of a delivery in hand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hidden {
    /// Whether the guest has read `[redacted]`, so that its facts may be that.
    pub(crate) something: bool,
    /// Whether the raw body holds what it must not read; `None` until that is asked.
    body: Option<bool>,
}

impl State {
    /// Whether `text`, which is of `place`, is hidden. Words of the guest's own are not asked about:
    /// what is said of a guess would tell whether it is right.
    pub(crate) fn hides(&mut self, text: &[u8], place: &'static str) -> wasmtime::Result<bool> {
        let hides = self.holds_secrets(text);
        if let (true, Phase::Receive(call)) = (hides, &mut self.phase) {
            call.hidden.something = true;
            if call.receiver.redaction.notice(place) {
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
        // What cannot be searched any more is hidden: it is no fault of the component what a sender has
        // written so that it can be read in many ways.
        let searched = call
            .receiver
            .redaction
            .hides(text, &mut self.budget.searched);
        searched.unwrap_or(true)
    }

    /// Remembers that the guest reads `[redacted]`.
    pub(crate) fn redacted(&mut self) {
        if let Phase::Receive(call) = &mut self.phase {
            call.hidden.something = true;
        }
    }

    /// Whether the raw body is hidden: found out once. It is nothing to warn of: the component reads
    /// the rest by `document`, and a ping of GitHub's names its own webhook.
    pub(crate) fn hides_body(&mut self) -> wasmtime::Result<bool> {
        let Phase::Receive(call) = &self.phase else {
            return Ok(false);
        };
        if let Some(known) = call.hidden.body {
            return Ok(known);
        }
        let body = call.delivery.body.clone();
        let hides = self.holds_secrets(&body);
        if let Phase::Receive(call) = &mut self.phase {
            call.hidden.body = Some(hides);
        }
        Ok(hides)
    }
}
