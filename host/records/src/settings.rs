use bellpull_core::limits;

/// How much is recorded. The defaults are those of [`bellpull_core::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSettings {
    /// The memory of all records, in bytes. What proves nothing has an eighth of it.
    pub memory: usize,
    /// The newest records of each Receiver that others do not push out.
    pub per_receiver: usize,
    pub bodies: RecordedBodies,
}

impl Default for RecordSettings {
    fn default() -> Self {
        Self {
            memory: limits::RECORDS,
            per_receiver: limits::RECORDS_PER_RECEIVER,
            bodies: RecordedBodies::None,
        }
    }
}

/// Which bodies are kept. A body that is not verified never is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedBodies {
    None,
    /// Those of verified deliveries, up to [`limits::RECORDED_BODY`] bytes each.
    Verified,
}
