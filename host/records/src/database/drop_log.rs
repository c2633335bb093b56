use std::path::Path;
use std::time::{Duration, Instant};

/// The least time between two lines.
const LEAST: Duration = Duration::from_secs(60);

/// Says in one line a minute that the database lacks records.
#[derive(Default)]
pub(super) struct DropLog {
    last: Option<Instant>,
    dropped: u64,
    why: Option<String>,
}

impl DropLog {
    pub(super) fn note(&mut self, dropped: u64, why: String) {
        self.dropped += dropped;
        self.why = Some(why);
    }

    pub(super) fn write(&mut self, file: &Path) {
        if self.last.is_none_or(|last| last.elapsed() >= LEAST) {
            self.write_at_once(file);
        }
    }

    pub(super) fn write_at_once(&mut self, file: &Path) {
        let Some(why) = self.why.take() else {
            return;
        };
        let dropped = std::mem::take(&mut self.dropped);
        self.last = Some(Instant::now());
        tracing::warn!(file = %file.display(), dropped, why, "the database lacks records of deliveries");
    }
}
