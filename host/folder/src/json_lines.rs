use std::io::{self, Write};

use bellpull_core::PatchError;
use tokio::sync::{mpsc, oneshot};

/// How many lines may wait for a slow writer.
const WAITING_LINES: usize = 64;

/// Writes lines, each one whole or not at all.
pub struct JsonLines {
    lines: mpsc::Sender<WriteRequest>,
}

struct WriteRequest {
    line: Vec<u8>,
    written: oneshot::Sender<io::Result<()>>,
}

impl JsonLines {
    /// Writes to `writer` in a thread of its own, so that a reader that stops reading blocks nothing but
    /// the notifications. The thread ends when this is dropped.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn new(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, requests) = mpsc::channel(WAITING_LINES);
        std::thread::Builder::new()
            .name("notifications".to_owned())
            .spawn(move || write_all(writer, requests))?;
        Ok(Self { lines })
    }

    /// Returns when the line is written.
    pub(crate) async fn write(&self, line: Vec<u8>) -> Result<(), PatchError> {
        let (written, result) = oneshot::channel();
        let request = WriteRequest { line, written };
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

fn write_all(mut writer: impl Write, mut requests: mpsc::Receiver<WriteRequest>) {
    let mut torn = false;
    while let Some(WriteRequest { mut line, written }) = requests.blocking_recv() {
        // The caller has given up. It counts the line as failed and will try again.
        if written.is_closed() {
            continue;
        }
        // A part of the last line may have been written before the error.
        if torn {
            line.insert(0, b'\n');
        }
        let result = writer.write_all(&line).and_then(|()| writer.flush());
        torn = result.is_err();
        let _ = written.send(result);
    }
}

fn passing(reason: &str) -> PatchError {
    PatchError::Passing {
        reason: format!("the notification could not be written: {reason}"),
        retry_after: None,
    }
}
