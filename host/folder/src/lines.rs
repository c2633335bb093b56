use std::io::{self, Write};
use std::sync::Arc;

use bellpull_core::ports::{Notification, Patch, PatchError};
use bellpull_core::{DeliveryId, Event, ReceiverId, Target, Timestamp};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

/// Lines that wait for a writer that is slower than the notifications.
const WAITING_LINES: usize = 64;

/// Notifies by writing a line of JSON for each attempt.
///
/// `time` is when the newest delivery arrived, `coalesced` the ids of the others that it stands
/// for, and `receiver`, `provider` and `event` are the newest one's.
pub struct JsonLines {
    lines: mpsc::Sender<Request>,
}

struct Request {
    line: Vec<u8>,
    written: oneshot::Sender<io::Result<()>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    delivery: &'a DeliveryId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coalesced: Vec<&'a DeliveryId>,
    receiver: &'a ReceiverId,
    provider: &'a str,
    event: &'a Event,
    target: &'a Target,
    requested_at: String,
}

impl JsonLines {
    /// Writes to `writer` in a thread of its own, so that a reader that does not read stops the
    /// notifications alone. The thread ends when this is dropped.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn new(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, requests) = mpsc::channel(WAITING_LINES);
        std::thread::Builder::new()
            .name("notifications".to_owned())
            .spawn(move || write_all(writer, requests))?;
        Ok(Self { lines })
    }
}

fn write_all(mut writer: impl Write, mut requests: mpsc::Receiver<Request>) {
    let mut torn = false;
    while let Some(Request { mut line, written }) = requests.blocking_recv() {
        // Whoever no longer waits counts it as failed, and tries again.
        if written.is_closed() {
            continue;
        }
        // A part of a line may have been written before the error.
        if torn {
            line.insert(0, b'\n');
        }
        let result = writer.write_all(&line).and_then(|()| writer.flush());
        torn = result.is_err();
        let _ = written.send(result);
    }
}

impl Patch for JsonLines {
    async fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> Result<(), PatchError> {
        let Some((newest, others)) = notifications.split_last() else {
            return Ok(());
        };
        let line = Line {
            time: format!("{:.9}", newest.received),
            delivery: &newest.delivery,
            coalesced: others.iter().map(|other| &other.delivery).collect(),
            receiver: &newest.receiver,
            provider: &newest.provider,
            event: &newest.event,
            target,
            requested_at: format!("{requested_at:.9}"),
        };
        let mut line = serde_json::to_vec(&line).map_err(|error| {
            PatchError::Permanent(format!("cannot be written as JSON: {error}"))
        })?;
        line.push(b'\n');
        let (written, result) = oneshot::channel();
        let request = Request { line, written };
        if self.lines.send(request).await.is_err() {
            return Err(passing("the writer has ended"));
        }
        match result.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(passing(&error.to_string())),
            Err(_) => Err(passing("the writer has ended")),
        }
    }
}

fn passing(reason: &str) -> PatchError {
    PatchError::Passing {
        reason: format!("the notification could not be written: {reason}"),
        retry_after: None,
    }
}
