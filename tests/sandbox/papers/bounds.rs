//! The bounds in the page for authors of components are those of the code.

use bellpull_core::limits;
use bellpull_engine::Class;

use bellpull_house::{none, read, root};

/// The beginning of a row of the page, and the bound that it says.
fn bounds() -> Vec<(&'static str, String)> {
    let memory = |class: Class| format!("{} MiB", class.limits().memory >> 20);
    let kib = |bytes: usize| format!("{} KiB", bytes >> 10);
    vec![
        (
            "time of a call",
            format!("{} ms", limits::VERIFY_TIMEOUT.as_millis()),
        ),
        (
            "waiting for",
            format!("{} s a delivery", limits::EGRESS_WAIT.as_secs()),
        ),
        ("linear memory", memory(Class::Small)),
        ("linear memory", memory(Class::Large)),
        ("linear memory", memory(Class::Composed)),
        ("calls of the host", grouped(limits::HOST_CALLS as usize)),
        (
            "checks",
            format!("{} a delivery", limits::CREDENTIAL_CHECKS),
        ),
        ("bytes hashed", format!("{} KiB", limits::HASH_FLOOR >> 10)),
        ("bytes hashed", format!("{} times", limits::HASH_FACTOR)),
        (
            "bytes searched",
            format!("{} MiB", limits::SEARCH_FLOOR >> 20),
        ),
        ("bytes searched", format!("{} times", limits::SEARCH_FACTOR)),
        (
            "bytes of JSON",
            format!("{} MiB", limits::PARSE_FLOOR >> 20),
        ),
        ("bytes of JSON", format!("{} times", limits::PARSE_FACTOR)),
        ("pointers", limits::JSON_POINTERS.to_string()),
        (
            "pointers",
            format!("{} segments", limits::JSON_POINTER_SEGMENTS),
        ),
        ("answers", grouped(limits::JSON_ANSWERS)),
        ("answers", kib(limits::JSON_ANSWER_BYTES)),
        ("documents", format!("{} a delivery", limits::FETCHES)),
        ("lines", format!("{} a call", limits::LOG_LINES)),
        (
            "credentials, places and methods",
            limits::BINDING_ENTRIES.to_string(),
        ),
        ("issuers", limits::ISSUERS.to_string()),
        (
            "warnings",
            format!("first {}, of {}", limits::WARNINGS, limits::GUEST_TEXT),
        ),
        ("reasons", format!("{} bytes", limits::GUEST_TEXT)),
        ("events", limits::EVENTS.to_string()),
        ("events", format!("of one {}", limits::EVENT_CHANGES)),
        ("events", format!("of all {}", grouped(limits::CHANGES))),
        ("texts", kib(limits::EVENT_BYTES)),
        ("a reply", format!("{} headers", limits::REPLY_HEADERS)),
        ("a reply", kib(limits::REPLY_BODY)),
        ("a challenge", format!("{} bytes", limits::CHALLENGE)),
    ]
}

#[test]
fn the_table_of_bounds_is_that_of_the_code() {
    let page = read(&root().join("plugins/README.md"));
    let missing: Vec<String> = bounds()
        .iter()
        .filter(|(what, bound)| {
            let mut lines = page.lines().filter_map(|line| line.strip_prefix("| "));
            !lines.any(|line| line.starts_with(what) && line.contains(bound.as_str()))
        })
        .map(|(what, bound)| format!("{what}: {bound}"))
        .collect();
    none(&missing, "plugins/README.md says each bound of a component");
}

/// A number as the papers write it: `16 384`.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands} {rest:03}"),
    }
}
