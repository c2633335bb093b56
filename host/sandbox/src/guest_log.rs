//! What a guest logs and prints.

use std::time::Instant;

use bellpull_core::text;

use crate::log_rate::LogDecision;
use crate::store::{Phase, StoreData};

/// Bytes of a line.
const LINE: usize = 1 << 10;

impl StoreData {
    /// Hands what the guest has printed to the log.
    pub(crate) fn log_output(&mut self) {
        let output = self.wasi.take_output().unwrap_or_default();
        if let Some(transcript) = &self.log_sink.transcript {
            let lines = output.lines().filter(|line| !line.trim().is_empty());
            let lines = lines.map(|line| self.clean(&line.replace('\t', "    ")));
            transcript.set_printed(lines.collect());
        }
        for line in output.lines() {
            self.write(tracing::Level::INFO, line);
        }
    }

    /// Logs a line of the guest: scrubbed of secrets, without control characters, and cut.
    pub(crate) fn log(&mut self, level: tracing::Level, message: &str) {
        if let Some(transcript) = &self.log_sink.transcript {
            transcript.add_logged(self.clean(message));
        }
        self.write(level, message);
    }

    fn write(&mut self, level: tracing::Level, message: &str) {
        if !self.budget.log_line() {
            return;
        }
        let provider = &*self.provider;
        match self.log_sink.rate.admit(Instant::now()) {
            LogDecision::Log => {}
            LogDecision::Announce => {
                tracing::warn!(
                    provider,
                    "guest talks too much: left out until the minute is over"
                );
                return;
            }
            LogDecision::Drop => return,
        }
        let delivery = match &self.phase {
            Phase::Receive(call) => Some(call.delivery.id.as_str()),
            Phase::Describe | Phase::Configure { .. } => None,
        };
        let message = self.clean(message);
        match level {
            tracing::Level::WARN => tracing::warn!(provider, delivery, message, "guest"),
            tracing::Level::INFO => tracing::info!(provider, delivery, message, "guest"),
            _ => tracing::debug!(provider, delivery, message, "guest"),
        }
    }

    fn clean(&self, message: &str) -> String {
        match &self.phase {
            Phase::Receive(call) => {
                text::printable(&text::scrub(message, call.receiver.secrets()), LINE)
            }
            Phase::Describe | Phase::Configure { .. } => text::printable(message, LINE),
        }
    }
}
