//! Attacks by a sender who knows a path and no token.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{Attack, manifests};
use crate::serve::{Served, try_request};

/// Larger than a body that is verified at once.
const LARGE: usize = 1 << 20;

pub(super) fn attacks() -> Vec<Attack> {
    let forged = Attack {
        name: "forged pushes of a mebibyte",
        manifests: manifests::receiver("forged", "github", ""),
        plugins: Vec::new(),
        neighbour: "github",
        arguments: Vec::new(),
        blow: |served| {
            let headers = [
                ("x-github-event", "push".to_owned()),
                ("x-hub-signature-256", format!("sha256={}", "0".repeat(64))),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            let body = vec![b'['; LARGE];
            let path = manifests::path("forged");
            drop(try_request(served.receiver, "POST", &path, &headers, &body));
        },
        at_once: 8,
    };
    let halves = Attack {
        name: "bodies that never become whole",
        manifests: (0..HALVES)
            .map(|n| manifests::receiver(&half(n), "generic", ""))
            .collect(),
        plugins: Vec::new(),
        neighbour: "github",
        arguments: ["--max-body=64KiB", "--max-bodies-in-flight=512KiB"]
            .map(str::to_owned)
            .to_vec(),
        blow: hold_halves,
        at_once: 2,
    };
    let lasting = Attack {
        name: "notifications that last",
        manifests: (0..LASTING)
            .map(|n| manifests::receiver_of(&lasting(n), "generic", &targets(n), ""))
            .collect(),
        plugins: Vec::new(),
        neighbour: "github",
        arguments: ["--max-notifications=4", "--on-notify", LASTS]
            .map(str::to_owned)
            .to_vec(),
        blow: |served| {
            for n in 0..LASTING {
                let path = manifests::path(&lasting(n));
                drop(try_request(served.receiver, "POST", &path, &[], b"{}"));
            }
        },
        at_once: 1,
    };
    vec![forged, halves, lasting]
}

/// Receivers whose targets are slow.
const LASTING: usize = 12;
/// A command that is slow for the attacker's targets alone.
const LASTS: &str = "sh -c '[ \"$BELLPULL_EVENT_TARGET_NAMESPACE\" != attacker ] || sleep 1'";

fn targets(n: usize) -> String {
    ["a", "b", "c"]
        .map(|name| format!("{{kind: GitRepository, name: {name}{n}}}"))
        .join(", ")
}

fn lasting(n: usize) -> String {
    format!("lasting{n}")
}

/// The length of a whole body.
const HALF: usize = 64 << 10;
/// Receivers that get unfinished bodies.
const HALVES: usize = 3;
/// How long unfinished bodies are held.
const HELD: Duration = Duration::from_secs(1);

fn half(n: usize) -> String {
    format!("half{n}")
}

/// Sends each Receiver bodies of one byte, and bodies whose last byte is missing.
fn hold_halves(served: &Served) {
    let mut held = Vec::new();
    for n in 0..HALVES * 8 {
        let Ok(mut stream) = TcpStream::connect(served.receiver) else {
            continue;
        };
        let path = manifests::path(&half(n % HALVES));
        let head = format!("POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        let length = if n % 2 == 0 { 1 } else { HALF - 1 };
        let body = [b'x'].repeat(length);
        // Refused before the end, it breaks.
        if stream.write_all(&[head.as_bytes(), &body].concat()).is_ok() {
            held.push(stream);
        }
    }
    for stream in held.iter_mut().take(1) {
        drop(stream.set_read_timeout(Some(HELD)));
        drop(stream.read(&mut [0]));
    }
}
