use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use tokio::sync::watch;

use crate::Listing;

/// Until a burst of changes counts as over: an editor writes, renames and touches.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// How often the debouncer looks.
const DEBOUNCE_TICK: Duration = Duration::from_millis(50);
/// How often the folder is listed even when nothing was heard: network file systems, files that a
/// symlink reaches elsewhere and a folder that was away are not all heard of.
const LOOK: Duration = Duration::from_secs(1);
/// How often a folder that changes while it is read is read again. A folder that never rests is
/// published as it was met.
const READ_AGAIN: usize = 3;
/// Of the thread that reads, bytes: a reader recurses as deep as a file nests.
pub(crate) const STACK: usize = 8 << 20;

enum Heard {
    Changed,
    /// What is heard may not be all there is to hear.
    Lost,
}

/// What a watched directory is read as.
pub(crate) trait Source: Send + 'static {
    /// All that is read of it at one time.
    type Value: Default + Send + Sync + 'static;

    fn dir(&self) -> &Path;
    fn list(&self) -> Listing;
    fn read(&mut self, listing: &Listing) -> Self::Value;
}

/// Reads the directory, and again whenever it changes, for as long as a receiver of the channel
/// lives. Blocks until it is read for the first time.
pub(crate) fn watch<S: Source>(source: S) -> std::io::Result<watch::Receiver<Arc<S::Value>>> {
    let (heard, events) = mpsc::channel();
    let (publish, receiver) = watch::channel(Arc::new(S::Value::default()));
    let mut watcher = Watcher {
        source,
        seen: Listing::default(),
        ear: None,
        heard,
        publish,
    };
    // Listening first: nothing may change unheard between reading and listening.
    watcher.listen();
    watcher.load(None);
    std::thread::Builder::new()
        .name("directory".to_owned())
        .stack_size(STACK)
        .spawn(move || watcher.run(&events))?;
    Ok(receiver)
}

struct Ear {
    /// Where the folder really was when listening began.
    real: PathBuf,
    _debouncer: Debouncer<RecommendedWatcher, NoCache>,
}

struct Watcher<S: Source> {
    source: S,
    seen: Listing,
    ear: Option<Ear>,
    heard: Sender<Heard>,
    publish: watch::Sender<Arc<S::Value>>,
}

impl<S: Source> Watcher<S> {
    fn run(mut self, events: &Receiver<Heard>) {
        loop {
            let heard = events.recv_timeout(LOOK);
            if self.publish.is_closed() {
                return;
            }
            let real = self.source.dir().canonicalize().ok();
            let moved = real.as_ref() != self.ear.as_ref().map(|ear| &ear.real);
            if moved || matches!(heard, Ok(Heard::Lost)) {
                self.listen();
            }
            match heard {
                Ok(Heard::Changed | Heard::Lost) => self.load(None),
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

    /// What changes while it is read is read again, so that a swap is seen whole.
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

    fn listen(&mut self) {
        let dir = self.source.dir();
        // A directory that is not there is reported by loading it.
        self.ear = None;
        let Ok(real) = dir.canonicalize() else { return };
        match ear(dir, real, self.heard.clone()) {
            Ok(ear) => self.ear = Some(ear),
            Err(error) => {
                tracing::warn!(dir = %dir.display(), %error, "cannot watch the directory, looking each second");
            }
        }
    }
}

fn ear(dir: &Path, real: PathBuf, heard: Sender<Heard>) -> notify::Result<Ear> {
    let root = dir.to_owned();
    let handler = move |events: DebounceEventResult| {
        if let Some(what) = judge(&root, &events) {
            // The watcher is gone when nobody wants to know any more.
            let _ = heard.send(what);
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
    Ok(Ear {
        real,
        _debouncer: debouncer,
    })
}

fn judge(root: &Path, events: &DebounceEventResult) -> Option<Heard> {
    let Ok(events) = events else {
        return Some(Heard::Lost);
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
        (true, _) => Some(Heard::Lost),
        (false, false) => Some(Heard::Changed),
        (false, true) => None,
    }
}

/// Reading the folder is heard too, and must not lead to reading it again.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
