use crate::log_rate::LogRate;
use crate::transcript::Transcript;

/// Where the lines of a component go.
#[derive(Debug, Default)]
pub(crate) struct LogSink {
    pub(crate) rate: LogRate,
    pub(crate) transcript: Option<Transcript>,
}

impl LogSink {
    /// A log that also keeps the last lines.
    pub(crate) fn with_transcript() -> Self {
        Self {
            rate: LogRate::default(),
            transcript: Some(Transcript::default()),
        }
    }

    /// Takes the last lines, if they are kept.
    pub(crate) fn take_last_lines(&self) -> Vec<String> {
        let transcript = self.transcript.as_ref();
        transcript.map(Transcript::take).unwrap_or_default()
    }
}
