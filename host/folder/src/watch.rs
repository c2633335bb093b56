use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use tokio::sync::watch;

use crate::files::{self, Listing};
use crate::{Folder, Loaded};

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

enum Heard {
    Changed,
    /// What is heard may not be all there is to hear.
    Lost,
}

impl Folder {
    /// Reads the folder, and again whenever it changes, for as long as a receiver of the channel
    /// lives. Each value is the whole folder at one time, the first one counts as changed, and of
    /// several that nobody has seen the last stays. Blocks until the first is read.
    ///
    /// # Errors
    /// When no thread can be had. A folder that cannot be read or heard is looked at each second.
    pub fn watch(self) -> std::io::Result<watch::Receiver<Arc<Loaded>>> {
        let (heard, events) = mpsc::channel();
        let (publish, receiver) = watch::channel(Arc::new(Loaded::default()));
        let mut watcher = Watcher {
            folder: self,
            seen: Listing::default(),
            ear: None,
            heard,
            publish,
        };
        // Listening first: nothing may change unheard between reading and listening.
        watcher.listen();
        watcher.load(None);
        std::thread::Builder::new()
            .name("manifests".to_owned())
            .spawn(move || watcher.run(&events))?;
        Ok(receiver)
    }
}

struct Ear {
    /// Where the folder really was when listening began.
    real: PathBuf,
    _debouncer: Debouncer<RecommendedWatcher, NoCache>,
}

struct Watcher {
    folder: Folder,
    seen: Listing,
    ear: Option<Ear>,
    heard: Sender<Heard>,
    publish: watch::Sender<Arc<Loaded>>,
}

impl Watcher {
    fn run(mut self, events: &Receiver<Heard>) {
        loop {
            let heard = events.recv_timeout(LOOK);
            if self.publish.is_closed() {
                return;
            }
            let real = self.folder.dir.canonicalize().ok();
            let moved = real.as_ref() != self.ear.as_ref().map(|ear| &ear.real);
            if moved || matches!(heard, Ok(Heard::Lost)) {
                self.listen();
            }
            match heard {
                Ok(Heard::Changed | Heard::Lost) => self.load(None),
                Err(RecvTimeoutError::Timeout) => {
                    let listing = files::list(&self.folder.dir);
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
        let mut listing = listing.unwrap_or_else(|| files::list(&self.folder.dir));
        let mut loaded = self.folder.load_listed(&listing);
        for _ in 0..READ_AGAIN {
            let now = files::list(&self.folder.dir);
            if now == listing {
                break;
            }
            loaded = self.folder.load_listed(&now);
            listing = now;
        }
        self.seen = listing;
        self.publish.send_replace(Arc::new(loaded));
    }

    fn listen(&mut self) {
        let dir = &self.folder.dir;
        // A directory that is not there is reported by loading it.
        self.ear = None;
        let Ok(real) = dir.canonicalize() else { return };
        match ear(dir, real, self.heard.clone()) {
            Ok(ear) => self.ear = Some(ear),
            Err(error) => {
                tracing::warn!(dir = %dir.display(), %error, "cannot watch the manifests, looking each second");
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
