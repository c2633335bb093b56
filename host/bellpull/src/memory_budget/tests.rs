use clap::Parser as _;

use super::*;
use crate::settings::{Cli, Command};

const MIB: usize = 1 << 20;

fn arguments(more: &[&str]) -> ServeArgs {
    let words = ["bellpull", "serve"].iter().chain(more);
    match Cli::try_parse_from(words).unwrap().command {
        Command::Serve(arguments) => *arguments,
        other => panic!("parsed {other:?}"),
    }
}

/// MiB of connections, bodies, guests, compile and pulls.
fn budget(limit: MemoryLimit, more: &[&str]) -> Result<[usize; 5], String> {
    let budget = MemoryBudget::new(&arguments(more), limit).map_err(|error| error.0)?;
    let sum: usize = budget.rows.iter().map(|row| row.bytes).sum();
    if matches!(limit, MemoryLimit::Group(_)) {
        assert!(sum <= limit.bytes(), "{budget:?}");
    }
    Ok([CONNECTIONS, BODIES, GUESTS, COMPILE, PULLS].map(|name| budget.of(name) / MIB))
}

#[test]
fn defaults_shrink_to_what_there_is() {
    let flags = ["--max-bodies-in-flight=128MiB", "--max-guest-memory=64MiB"];
    let cases: [(usize, &[&str], [usize; 5]); 9] = [
        (64 << 10, &[], [320, 256, 2048, 2048, 128]),
        (2048, &[], [320, 256, 756, 410, 64]),
        (512, &[], [57, 53, 138, 101, 16]),
        (320, &[], [21, 17, 66, 65, 16]),
        (512, &flags, [58, 128, 64, 102, 16]),
        (512, &["--max-body=25MiB"], [50, 80, 124, 94, 16]),
        (
            64 << 10,
            &["--compile-memory=1GiB"],
            [320, 256, 2048, 1024, 128],
        ),
        (512, &["--max-connections=64"], [5, 66, 164, 114, 16]),
        (512, &["--max-plugin-size=2MiB"], [60, 56, 144, 104, 4]),
    ];
    for (limit, more, expected) in cases {
        let got = budget(MemoryLimit::Group(limit * MIB), more);
        assert_eq!(got, Ok(expected), "{limit} MiB, {more:?}");
    }
}

#[test]
fn too_little_is_refused_and_says_what_to_raise() {
    let asked = ["--max-bodies-in-flight=400MiB"];
    for (limit, more, said) in [
        (
            319,
            &[][..],
            "is 319 MiB, and serving needs 320 MiB: raise it",
        ),
        (512, &asked[..], "or lower --max-bodies-in-flight"),
        (
            512,
            &["--max-body=17179869183GiB"][..],
            "or lower --max-body",
        ),
    ] {
        let error = budget(MemoryLimit::Group(limit * MIB), more).unwrap_err();
        assert!(error.contains(said), "{error}");
        assert!(error.contains("resources.limits.memory"), "{error}");
    }
}

#[test]
fn what_no_machine_has_and_what_nothing_works_with_is_refused() {
    for (more, said) in [
        (
            &["--max-guest-memory=1TiB"][..],
            "or lower --max-guest-memory",
        ),
        (&["--compile-memory=1TiB"][..], "or lower --compile-memory"),
        (&["--max-body=17179869183GiB"][..], "or lower --max-body"),
        (
            &["--max-guest-memory=1MiB"][..],
            "--max-guest-memory is 1 MiB: at least 64 MiB",
        ),
        (
            &["--compile-memory=1KiB"][..],
            "--compile-memory is 1 MiB: at least 64 MiB",
        ),
    ] {
        let error = budget(MemoryLimit::Machine(24 << 30), more).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_small_machine_is_served_with_the_least() {
    let got = budget(MemoryLimit::Machine(128 * MIB), &[]);
    assert_eq!(got, Ok([20, 16, 64, 64, 16]));
}

#[test]
fn the_example_fits() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/kubernetes/base/deployment.yaml"
    );
    let manifest = std::fs::read_to_string(file).unwrap();
    let limits = manifest.split_once("limits:").unwrap().1;
    let memory = limits
        .lines()
        .find_map(|line| line.trim().strip_prefix("memory: "));
    let limit: usize = memory.unwrap().strip_suffix("Mi").unwrap().parse().unwrap();
    assert!(budget(MemoryLimit::Group(limit * MIB), &[]).is_ok());
}

#[test]
fn what_is_asked_for_alone_has_a_row_then() {
    let otlp = ["--otlp-endpoint=http://c:4318"];
    for (name, more, expected) in [
        (SOURCES, &[][..], None),
        (SOURCES, &["--proxy-protocol"], Some(12)),
        (TRACES, &[], None),
        (TRACES, &otlp, Some(12)),
    ] {
        let limit = MemoryLimit::Group(512 * MIB);
        let budget = MemoryBudget::new(&arguments(more), limit).unwrap();
        let row = budget.rows.iter().find(|row| row.name == name);
        assert_eq!(row.map(|row| row.bytes / MIB), expected, "{more:?}");
    }
}

#[test]
fn a_connection_takes_more_with_tls() {
    let tls = ["--max-connections=1024", "--tls-cert=c", "--tls-key=k"];
    let acme = [
        "--max-connections=1024",
        "--manifests=m",
        "--acme-domain=a.test",
    ];
    for (more, expected) in [(&tls[..1], 80), (&tls[..], 96), (&acme[..], 96)] {
        let budget = MemoryBudget::new(&arguments(more), MemoryLimit::Group(1024 * MIB)).unwrap();
        assert_eq!(budget.of(CONNECTIONS) / MIB, expected, "{more:?}");
        let applied = budget.applied(arguments(more));
        assert_eq!(applied.max_connections, Some(1024), "{more:?}");
    }
}

#[test]
fn a_database_of_records_has_its_part() {
    let limit = MemoryLimit::Group(512 * MIB);
    for (more, expected) in [
        (&[][..], [0, 0]),
        (&["--admin-addr=127.0.0.1:0"], [32, 0]),
        (&["--admin-addr=127.0.0.1:0", "--records-dir=d"], [32, 40]),
    ] {
        let budget = MemoryBudget::new(&arguments(more), limit).unwrap();
        let parts = [RECORDS, DATABASE].map(|name| budget.of(name) / MIB);
        assert_eq!(parts, expected, "{more:?}");
    }
}
