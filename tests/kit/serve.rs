//! The real binary, serving a directory.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a condition is awaited before the test says that it does not come.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often a condition is looked at that nothing tells of, such as another process's. To look
/// without a pause would take the processor that the process needs.
const INTERVAL: Duration = Duration::from_millis(5);

/// Looks at a condition until it has come, or patience is over: whether it has come.
pub fn comes(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !condition() {
        if start.elapsed() >= PATIENCE {
            return false;
        }
        std::thread::sleep(INTERVAL);
    }
    true
}

/// The `bellpull` binary, which Cargo has built with these tests or benchmarks.
///
/// # Panics
/// When it is not there.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut path = std::env::current_exe().expect("this test's path");
        path.pop();
        path.pop();
        path.push("bellpull-under-test");
        assert!(path.is_file(), "{} is not built", path.display());
        path
    })
}

/// Runs a command of the binary to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .output()
        .expect("bellpull runs")
}

/// What a command said: its exit code, stdout and stderr.
#[must_use]
pub fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// A served directory. It dies with the value.
pub struct Served {
    /// Where webhooks arrive.
    pub receiver: SocketAddr,
    /// Where probes are answered.
    pub health: SocketAddr,
    /// Where metrics are.
    pub metrics: SocketAddr,
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    readers: [JoinHandle<()>; 2],
}

impl Served {
    /// Serves `manifests` on free ports and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn start(manifests: &Path, arguments: &[&str]) -> Self {
        let manifests = manifests.to_str().expect("a path in UTF-8");
        Self::ready(&[&["--manifests", manifests], arguments].concat())
    }

    /// Serves on free ports and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn ready(arguments: &[&str]) -> Self {
        let served = Self::launch(arguments);
        served.until("ready", || get(served.health, "/readyz").0 == 200);
        served
    }

    /// Serves on free ports and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub fn launch(arguments: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--log-format", "json", "--drain-delay", "0s"])
            .args([
                "--receiver-addr",
                "127.0.0.1:0",
                "--health-addr",
                "127.0.0.1:0",
            ])
            .args(["--metrics-addr", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bellpull starts");
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let of_stdout = collect(
            child.stdout.take().expect("piped"),
            Arc::clone(&stdout),
            None,
        );
        let (told, lines) = channel();
        let of_stderr = collect(
            child.stderr.take().expect("piped"),
            Arc::clone(&stderr),
            Some(told),
        );
        let addresses = addresses(&lines);
        let [receiver, health, metrics] = addresses;
        Self {
            receiver,
            health,
            metrics,
            child,
            stdout,
            stderr,
            readers: [of_stdout, of_stderr],
        }
    }

    /// What it has written to stdout.
    pub fn stdout(&self) -> String {
        self.stdout
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What it has written to stderr.
    pub fn stderr(&self) -> String {
        self.stderr
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The end of its log.
    fn last_words(&self) -> String {
        let log = self.stderr();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
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

    /// Its resident memory, KiB.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        kib.and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// What it may have of something, as the kernel names it: now, and at most.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn limits(&self, of: &str) -> (String, String) {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id()));
        let limits = limits.expect("Linux tells");
        let line = limits.lines().find_map(|line| line.strip_prefix(of));
        let mut words = line.expect("a limit").split_whitespace().map(str::to_owned);
        words.next().zip(words.next()).expect("two words")
    }

    /// Sends SIGTERM.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(status.success(), "kill {pid}");
    }

    /// Waits for its end, and for the end of what it has written.
    ///
    /// # Panics
    /// When it goes on.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.ends();
        status.unwrap_or_else(|| panic!("it goes on; the log ends with:\n{}", self.last_words()))
    }

    /// Its end, if that comes.
    ///
    /// # Panics
    /// When the kernel does not tell.
    pub fn ends(&mut self) -> Option<ExitStatus> {
        let mut status = None;
        comes(|| {
            status = self.child.try_wait().expect("a child");
            status.is_some() && self.readers.iter().all(JoinHandle::is_finished)
        });
        status
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn collect(
    from: impl std::io::Read + Send + 'static,
    into: Arc<Mutex<String>>,
    told: Option<std::sync::mpsc::Sender<String>>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
            drop(text);
            if let Some(told) = &told {
                drop(told.send(line));
            }
        }
    })
}

fn addresses(lines: &Receiver<String>) -> [SocketAddr; 3] {
    ["--receiver-addr", "--health-addr", "--metrics-addr"].map(|flag| {
        loop {
            let line = lines
                .recv_timeout(PATIENCE)
                .expect("it says where it listens");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
            if line["flag"] == flag {
                break line["address"]
                    .as_str()
                    .expect("an address")
                    .parse()
                    .expect("an address");
            }
        }
    })
}

/// One GET: status and body.
///
/// # Panics
/// When there is no answer.
pub fn get(address: SocketAddr, path: &str) -> (u16, String) {
    request(address, "GET", path, &[], b"")
}

/// One request on a connection of its own: status and body.
///
/// # Panics
/// When there is no answer.
pub fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> (u16, String) {
    let answer = try_request(address, method, target, headers, body);
    answer.unwrap_or_else(|error| panic!("{method} to {address}: {error}"))
}

/// As [`request`], when the connection may break.
///
/// # Errors
/// When it breaks, or the answer is none.
pub fn try_request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<(u16, String)> {
    let text = exchange(address, method, target, headers, body)?;
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    status
        .zip(body)
        .ok_or_else(|| std::io::Error::other(format!("no answer in {text:?}")))
}

/// One request on a connection of its own: the whole answer.
///
/// # Errors
/// When the connection breaks.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
