//! From the start of the process to its first verified delivery, and its memory then.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and a panic is how it fails"
)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use support::serve::{Served, path};
use support::{percentile, push, signature};

const RUNS: usize = 20;

fn main() {
    let body = push(7_500);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-github-event: push\r\nx-hub-signature-256: {}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        path("none"),
        signature(&body),
        body.len()
    );
    let request = [head.as_bytes(), body.as_slice()].concat();
    let mut times = Vec::with_capacity(RUNS);
    let mut resident = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        let served = Served::start();
        while !verified(&served.receiver, &request) {}
        times.push(start.elapsed());
        resident.push(Duration::from_millis(served.resident()));
    }
    let (p50, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
    println!("start to first verified delivery: p50 {p50:.1?}, p99 {p99:.1?}");
    let mib = percentile(&mut resident, 0.5).as_millis() as f64 / 1024.0;
    println!("resident memory then: {mib:.1} MiB");
}

/// Before the Receivers are read every path is unknown, so it is asked until it is not.
fn verified(address: &str, request: &[u8]) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    if stream.write_all(request).is_err() {
        return false;
    }
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    answer.starts_with(b"HTTP/1.1 200")
}
