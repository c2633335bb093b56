//! What somebody sends who knows a path and no token.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{Attack, manifests};
use crate::serve::{Served, try_request};

/// Larger than what is verified on the spot.
const LARGE: usize = 1 << 20;

pub(super) fn attacks() -> Vec<Attack> {
    let forged = Attack {
        name: "forged pushes of a mebibyte",
        manifests: manifests::receiver("forged", "github", ""),
        plugins: Vec::new(),
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
        arguments: ["--max-body=1MiB", "--max-bodies-in-flight=8MiB"]
            .map(str::to_owned)
            .to_vec(),
        blow: hold_halves,
        at_once: 4,
    };
    vec![forged, halves]
}

/// Receivers that get bodies without an end.
const HALVES: usize = 3;
/// How long bodies are held.
const HELD: Duration = Duration::from_millis(300);

fn half(n: usize) -> String {
    format!("half{n}")
}

/// Sends to each Receiver bodies of which one byte is there, and such of which one is missing.
fn hold_halves(served: &Served) {
    let mut held = Vec::new();
    for n in 0..HALVES * 8 {
        let Ok(mut stream) = TcpStream::connect(served.receiver) else {
            continue;
        };
        let path = manifests::path(&half(n % HALVES));
        let head = format!("POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        let length = if n % 2 == 0 { 1 } else { LARGE - 1 };
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
