//! What a served binary writes, as it comes.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde_json::Value;

use super::{Served, get};
use crate::patience::{comes, found};

/// Bytes of a stream that are kept at least, from its end: far more than any test writes, so that this
/// bounds the memory of a run of hours alone.
const KEPT: usize = 32 << 20;

/// The lines of one stream so far. Of a very long one the newest are kept.
pub(super) struct Output {
    text: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Output {
    /// Reads a stream to its end, on a thread, and hands each line on.
    pub(super) fn read(from: impl Read + Send + 'static, lines: Option<Sender<String>>) -> Self {
        let text = Arc::default();
        let into: Arc<Mutex<String>> = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
                if text.len() > 2 * KEPT {
                    let from = text.len() - KEPT;
                    let from = text
                        .bytes()
                        .skip(from)
                        .position(|b| b == b'\n')
                        .map(|at| from + at + 1);
                    text.drain(..from.unwrap_or_default());
                }
                drop(text);
                if let Some(lines) = &lines {
                    // Whoever waited for a line may have seen it.
                    drop(lines.send(line));
                }
            }
        });
        Self { text, reader }
    }

    fn text(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.clone()
    }

    /// Whether the stream has ended.
    pub(super) fn is_over(&self) -> bool {
        self.reader.is_finished()
    }
}

impl Served {
    /// What it has written to stdout.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What it has written to stderr.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// The end of its log.
    pub(super) fn last_words(&self) -> String {
        let log = self.stderr();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Where its `--admin-addr` listens, as its log says.
    ///
    /// # Panics
    /// When it does not say so.
    pub fn admin(&self) -> SocketAddr {
        let address = |line: &str| {
            let line: Value = serde_json::from_str(line).ok()?;
            let is_admin = line["flag"] == "--admin-addr";
            line["address"].as_str().filter(|_| is_admin)?.parse().ok()
        };
        found(|| self.stderr().lines().find_map(address)).expect("an address")
    }

    /// The deliveries that its admin listener lists. The query begins with `?` or is empty.
    ///
    /// # Panics
    /// When it does not tell.
    pub fn deliveries(&self, query: &str) -> Vec<Value> {
        let (status, page) = get(self.admin(), &format!("/v1/deliveries{query}"));
        assert_eq!(status, 200, "{page}");
        let list: Value = serde_json::from_str(&page).expect("JSON");
        list["deliveries"].as_array().expect("deliveries").clone()
    }

    /// The plugins that its admin listener lists, as JSON.
    ///
    /// # Panics
    /// When it does not tell.
    pub fn plugins(&self) -> String {
        let (status, page) = get(self.admin(), "/v1/plugins");
        assert_eq!(status, 200, "{page}");
        let list: Value = serde_json::from_str(&page).expect("JSON");
        list["plugins"].to_string()
    }

    /// The notifications so far.
    ///
    /// # Panics
    /// When a line is not JSON.
    pub fn notifications(&self) -> Vec<Value> {
        self.stdout()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
            .collect()
    }

    /// Waits for a number of notifications, and no more. A notification is read beside the
    /// answers, so it may come after the answer to its delivery.
    ///
    /// # Panics
    /// When there are fewer or more.
    pub fn until_notified(&self, count: usize) {
        self.until("notified", || self.notifications().len() >= count);
        assert_eq!(self.notifications().len(), count);
    }

    /// Waits for a condition.
    ///
    /// # Panics
    /// When it does not come; shows the log.
    pub fn until(&self, what: &str, condition: impl FnMut() -> bool) {
        assert!(
            comes(condition),
            "not {what}; the log ends with:\n{}",
            self.last_words()
        );
    }

    /// Waits for a part of its log. The log is read beside the answers, so what a process has
    /// logged before it answered may come after the answer.
    ///
    /// # Panics
    /// When it does not come; shows the log.
    pub fn until_log(&self, part: &str) {
        self.until(&format!("telling {part:?}"), || {
            self.stderr().contains(part)
        });
    }
}
