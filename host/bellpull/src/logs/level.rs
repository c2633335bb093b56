use std::sync::{Arc, Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::reload;

use crate::settings::LogLevel;

/// The target of every event of our own crates begins with it.
const OURS: &str = "bellpull";

/// The level of the log, which may change while the process runs. It decides about the lines of components
/// too. Clones share it.
#[derive(Clone)]
pub(crate) struct LevelHandle {
    level: Arc<Mutex<LogLevel>>,
    filter: reload::Handle<Targets, Registry>,
}

/// Decides about each event by the level of its handle.
pub(super) type LevelledFilter = reload::Layer<Targets, Registry>;

impl LevelHandle {
    /// A filter at `level`, and its handle.
    pub(super) fn new(level: LogLevel) -> (LevelledFilter, Self) {
        let (filter, handle) = reload::Layer::new(targets(level));
        let level = Arc::new(Mutex::new(level));
        let handle = Self {
            level,
            filter: handle,
        };
        (filter, handle)
    }

    /// The least severity of the lines that are written now.
    pub(crate) fn get(&self) -> LogLevel {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes lines of at least this severity from now on.
    pub(crate) fn set(&self, level: LogLevel) {
        let mut current = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        // An error says that nothing is logged any more.
        drop(self.filter.reload(targets(level)));
        *current = level;
    }
}

/// Only our own crates log, since a library might log a webhook path.
fn targets(level: LogLevel) -> Targets {
    Targets::new()
        .with_default(LevelFilter::OFF)
        .with_target(OURS, LevelFilter::from(level))
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing_subscriber::prelude::*;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_level_that_is_set_decides_about_the_next_line() {
        let (filter, handle) = LevelHandle::new(LogLevel::Info);
        let lines = Lines::default();
        let sink = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || sink.clone());
        let subscriber = Registry::default().with(layer.with_filter(filter));
        let written = tracing::subscriber::with_default(subscriber, || {
            let mut written = Vec::new();
            for level in [LogLevel::Info, LogLevel::Debug, LogLevel::Error] {
                handle.set(level);
                assert_eq!(handle.get(), level);
                tracing::debug!(target: "bellpull_sandbox", "guest");
                tracing::info!(target: "bellpull_gateway", "delivery");
                tracing::error!(target: "library", "theirs");
                let text = String::from_utf8(std::mem::take(&mut lines.0.lock().unwrap())).unwrap();
                written.push(["guest", "delivery", "theirs"].map(|word| text.contains(word)));
            }
            written
        });
        let expected = [
            [false, true, false],
            [true, true, false],
            [false, false, false],
        ];
        assert_eq!(written, expected);
    }
}
