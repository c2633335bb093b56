use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bellpull_core::{Patch as _, PatchError, Timestamp};
use serde_json::{Value, json};

use super::{notification, target};
use crate::{JsonLines, Notifications};

/// Keeps every write apart; fails on demand after a few bytes.
#[derive(Clone, Default)]
pub(super) struct Paper {
    pub(super) writes: Arc<Mutex<Vec<String>>>,
    full: Arc<Mutex<bool>>,
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if *self.full.lock().unwrap() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        self.writes.lock().unwrap().push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn writes_to(writer: impl Write + Send + 'static) -> Notifications {
    Notifications::new(None, JsonLines::new(writer).unwrap())
}

#[tokio::test]
async fn writes_a_line_at_once() {
    let paper = Paper::default();
    let lines = writes_to(paper.clone());
    let (first, second) = (notification(1), notification(2));
    let at = Timestamp::new(3, 4000).unwrap();
    let one = [Arc::clone(&first)];
    lines.patch(&target(), &one, at).await.unwrap();
    let both = [Arc::clone(&first), Arc::clone(&second)];
    lines.patch(&target(), &both, at).await.unwrap();

    let writes = paper.writes.lock().unwrap().clone();
    let [alone, shared] = writes.as_slice() else {
        panic!("{writes:?}")
    };
    for line in [alone, shared] {
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert!(line.ends_with('\n'));
    }
    let expected = json!({
        "time": "1970-01-01T00:00:01.000000000Z",
        "delivery": first.delivery.as_str(),
        "receiver": {"namespace": "apps", "name": "web"},
        "provider": "github",
        "event": {"kind": "push\n"},
        "target": {
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "namespace": "apps", "name": "web",
        },
        "requestedAt": "1970-01-01T00:00:03.000004000Z",
    });
    let alone: Value = serde_json::from_str(alone).unwrap();
    assert_eq!(alone, expected);
    let shared: Value = serde_json::from_str(shared).unwrap();
    assert_eq!(shared["delivery"], second.delivery.as_str());
    assert_eq!(shared["coalesced"], json!([first.delivery.as_str()]));
}

#[tokio::test]
async fn a_full_disk_passes_and_leaves_no_torn_line() {
    let paper = Paper::default();
    let lines = writes_to(paper.clone());
    *paper.full.lock().unwrap() = true;
    let one = [notification(1)];
    let failed = lines.patch(&target(), &one, Timestamp::UNIX_EPOCH).await;
    let reason = "the notification could not be written: no storage space".to_owned();
    let expected = PatchError::Passing {
        reason,
        retry_after: None,
    };
    assert_eq!(failed, Err(expected));
    *paper.full.lock().unwrap() = false;
    let again = lines.patch(&target(), &one, Timestamp::UNIX_EPOCH).await;
    again.unwrap();
    assert!(paper.writes.lock().unwrap()[0].starts_with("\n{"));
}

/// Blocks in the first write until the test lets go.
struct Stuck {
    paper: Paper,
    begun: Option<tokio::sync::oneshot::Sender<()>>,
    release: Option<std::sync::mpsc::Receiver<()>>,
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let (Some(begun), Some(release)) = (self.begun.take(), self.release.take()) {
            begun.send(()).unwrap();
            release.recv().unwrap();
        }
        self.paper.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_writer_that_is_stuck_does_not_write_what_nobody_waits_for() {
    let paper = Paper::default();
    let (begun, first_begun) = tokio::sync::oneshot::channel();
    let (go, release) = std::sync::mpsc::channel();
    let stuck = Stuck {
        paper: paper.clone(),
        begun: Some(begun),
        release: Some(release),
    };
    let lines = Arc::new(writes_to(stuck));
    let first = tokio::spawn({
        let lines = Arc::clone(&lines);
        async move {
            let one = [notification(1)];
            lines.patch(&target(), &one, Timestamp::UNIX_EPOCH).await
        }
    });
    first_begun.await.unwrap();
    let (second, third) = ([notification(2)], [notification(3)]);
    let target_of_second = target();
    let mut second = Box::pin(lines.patch(&target_of_second, &second, Timestamp::UNIX_EPOCH));
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(second.as_mut().poll(context).is_ready())
    });
    assert!(!polled.await, "it is queued and waits");
    drop(second);
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    let last = lines.patch(&target(), &third, Timestamp::UNIX_EPOCH).await;
    last.unwrap();
    let writes = paper.writes.lock().unwrap();
    let times: Vec<&str> = writes.iter().map(|line| &line[9..28]).collect();
    assert_eq!(times, ["1970-01-01T00:00:01", "1970-01-01T00:00:03"]);
}
