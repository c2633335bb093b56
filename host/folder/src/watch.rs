use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use tokio::sync::watch;

use crate::Listing;

/// How long after the last change a burst counts as over. Saving a file causes several changes.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// How often the debouncer checks for the end of a burst.
const DEBOUNCE_TICK: Duration = Duration::from_millis(50);
/// How often the directory is listed without a signal. There may be none from a network file system,
/// for a file behind a symlink, or for a directory that was missing.
const RELIST: Duration = Duration::from_secs(1);
/// How often a directory that changes while it is read is read again. After that it is published as
/// it was read last.
const READ_AGAIN: usize = 3;
/// Bytes of stack of the thread that reads. The reader recurses as deep as a file nests.
pub(crate) const STACK: usize = 8 << 20;

enum WatchSignal {
    Changed,
    /// The watch may have missed changes, and is started again.
    Lost,
}

/// Reads a watched directory.
pub(crate) trait DirectoryReader: Send + 'static {
    /// What is read at one time.
    type Snapshot: Default + Send + Sync + 'static;

    fn dir(&self) -> &Path;
    fn list(&self) -> Listing;
    fn read(&mut self, listing: &Listing) -> Self::Snapshot;
}

/// Reads the directory now and after each change, for as long as a receiver of the channel lives.
/// Blocks until the first reading is done.
pub(crate) fn watch<S: DirectoryReader>(
    source: S,
) -> std::io::Result<watch::Receiver<Arc<S::Snapshot>>> {
    let (signals, events) = mpsc::channel();
    let (publish, receiver) = watch::channel(Arc::new(S::Snapshot::default()));
    let mut watcher = Watcher {
        source,
        seen: Listing::default(),
        watch: None,
        signals,
        publish,
    };
    // Watching starts first, so that no change between reading and watching is missed.
    watcher.start_watch();
    watcher.load(None);
    std::thread::Builder::new()
        .name("directory".to_owned())
        .stack_size(STACK)
        .spawn(move || watcher.run(&events))?;
    Ok(receiver)
}

struct FileWatch {
    /// The path of the directory without symlinks when watching began.
    real: PathBuf,
    _debouncer: Debouncer<RecommendedWatcher, NoCache>,
}

struct Watcher<S: DirectoryReader> {
    source: S,
    seen: Listing,
    watch: Option<FileWatch>,
    signals: Sender<WatchSignal>,
    publish: watch::Sender<Arc<S::Snapshot>>,
}

impl<S: DirectoryReader> Watcher<S> {
    fn run(mut self, events: &Receiver<WatchSignal>) {
        loop {
            let signal = events.recv_timeout(RELIST);
            if self.publish.is_closed() {
                return;
            }
            let real = self.source.dir().canonicalize().ok();
            let moved = real.as_ref() != self.watch.as_ref().map(|watch| &watch.real);
            if moved || matches!(signal, Ok(WatchSignal::Lost)) {
                self.start_watch();
            }
            match signal {
                Ok(WatchSignal::Changed | WatchSignal::Lost) => self.load(None),
                Err(RecvTimeoutError::Timeout) => {
                    let listing = self.source.list();
                    if listing != self.seen {
                        self.load(Some(listing));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Reads again what has changed while it was read, so that a swapped directory is read whole.
    fn load(&mut self, listing: Option<Listing>) {
        let mut listing = listing.unwrap_or_else(|| self.source.list());
        let mut value = self.source.read(&listing);
        for _ in 0..READ_AGAIN {
            let now = self.source.list();
            if now == listing {
                break;
            }
            value = self.source.read(&now);
            listing = now;
        }
        self.seen = listing;
        self.publish.send_replace(Arc::new(value));
    }

    fn start_watch(&mut self) {
        let dir = self.source.dir();
        // Loading reports a directory that is missing.
        self.watch = None;
        let Ok(real) = dir.canonicalize() else { return };
        match file_watch(dir, real, self.signals.clone()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => {
                tracing::warn!(dir = %dir.display(), %error, "cannot watch the directory, looking each second");
            }
        }
    }
}

fn file_watch(
    dir: &Path,
    real: PathBuf,
    signals: Sender<WatchSignal>,
) -> notify::Result<FileWatch> {
    let root = dir.to_owned();
    let handler = move |events: DebounceEventResult| {
        if let Some(signal) = classify(&root, &events) {
            // The watcher is gone when every receiver is dropped.
            let _ = signals.send(signal);
        }
    };
    let mut debouncer = new_debouncer_opt::<_, RecommendedWatcher, _>(
        DEBOUNCE,
        Some(DEBOUNCE_TICK),
        handler,
        NoCache::new(),
        Config::default(),
    )?;
    debouncer.watch(dir, RecursiveMode::Recursive)?;
    Ok(FileWatch {
        real,
        _debouncer: debouncer,
    })
}

fn classify(root: &Path, events: &DebounceEventResult) -> Option<WatchSignal> {
    let Ok(events) = events else {
        return Some(WatchSignal::Lost);
    };
    let changes: Vec<&Event> = events
        .iter()
        .map(|event| &event.event)
        .filter(|event| event.need_rescan() || is_change(event.kind))
        .collect();
    let lost = changes.iter().any(|event| {
        let gone = matches!(
            event.kind,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
        );
        event.need_rescan() || (gone && event.paths.iter().any(|path| path == root))
    });
    match (lost, changes.is_empty()) {
        (true, _) => Some(WatchSignal::Lost),
        (false, false) => Some(WatchSignal::Changed),
        (false, true) => None,
    }
}

/// Reading the directory causes events too. They must not cause another reading.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
