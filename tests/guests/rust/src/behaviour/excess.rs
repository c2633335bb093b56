//! More time, memory, calls or bytes than a delivery may take.

use bellpull_sdk::{Event, Receiver, Refusal, Verdict, host};

use super::{Behaviour, Outcome, accept};
use crate::{prove, reply, text};

pub(super) const TABLE: &[(&str, Behaviour)] = &[
    ("loop", spin),
    ("grow", grow),
    ("recurse", |_| {
        Err(Refusal::Malformed(recurse(1).to_string()))
    }),
    ("abort", |_| unreachable!("as it was asked to")),
    ("log-and-abort", log_and_abort),
    ("checks", check_often),
    ("calls", call_for_ever),
    ("log", log_often),
    ("big-event", accept_with_long_kind),
    ("ignore-with-much", ignore_with_long_kind),
    ("bad-status", reply_with_redirection),
    ("long-reply", reply_at_length),
];

/// Longer than all texts of an event may be.
const LONG: usize = 200 << 10;

fn spin(_: &Receiver) -> Outcome {
    loop {
        std::hint::spin_loop();
    }
}

fn grow(_: &Receiver) -> Outcome {
    let mut held = Vec::new();
    loop {
        held.push(vec![1_u8; 1 << 20]);
        std::hint::black_box(&held);
    }
}

#[inline(never)]
fn recurse(depth: u64) -> u64 {
    let frame = [depth; 64];
    std::hint::black_box(&frame);
    if depth == 0 {
        0
    } else {
        recurse(std::hint::black_box(depth + 1)) + 1
    }
}

fn check_often(_: &Receiver) -> Outcome {
    for _ in 0..17 {
        prove();
    }
    accept()
}

fn call_for_ever(_: &Receiver) -> Outcome {
    loop {
        host::delivery::body_length();
    }
}

fn log_often(_: &Receiver) -> Outcome {
    for _ in 0..500 {
        host::log::write(host::log::Level::Info, "again");
    }
    prove();
    accept()
}

fn log_and_abort(_: &Receiver) -> Outcome {
    for line in 1..=12 {
        let line = format!("line {line} of {}", text("x-name"));
        host::log::write(host::log::Level::Debug, &line);
    }
    unreachable!("as it was asked to")
}

/// The SDK shortens what it can, and a kind it cannot.
fn accept_with_long_kind(_: &Receiver) -> Outcome {
    prove();
    Ok(Verdict::accept(Event::new(&"x".repeat(LONG))))
}

fn ignore_with_long_kind(_: &Receiver) -> Outcome {
    prove();
    Ok(Verdict::ping(&"x".repeat(LONG), "a reason"))
}

fn reply_with_redirection(_: &Receiver) -> Outcome {
    prove();
    reply(302, Vec::new())
}

fn reply_at_length(_: &Receiver) -> Outcome {
    prove();
    reply(200, vec![b'x'; 5 << 10])
}
