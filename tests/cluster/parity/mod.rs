//! The same objects and the same deliveries, once with Flux's own notification-controller and once
//! with Bellpull: what is seen is the same, except where a row says what is not and why.

mod cdevents;
mod delivery;
mod expected;
mod filters;
mod github;
mod gitlab;
mod names;
mod observe;
mod providers;
mod reconcile;
mod references;
mod registries;
mod request;
mod resting;
mod row;
mod secrets;
mod side;
mod table;

use bellpull_tests::cluster::crds::{self, Crds};
use bellpull_tests::cluster::{ControlPlane, install_role};

use row::{Lines, Row};
use side::Side;

/// Rows, and the flags of both programs for them.
struct Group {
    flags: &'static [&'static str],
    rows: Vec<Row>,
}

fn groups() -> [Group; 2] {
    let tables = [
        reconcile::rows(),
        secrets::rows(),
        resting::rows(),
        filters::rows(),
        delivery::rows(),
        github::rows(),
        gitlab::rows(),
        providers::rows(),
        cdevents::rows(),
        registries::rows(),
        references::rows(),
        table::rows(),
    ];
    [
        Group {
            flags: &[],
            rows: tables.into_iter().flatten().collect(),
        },
        Group {
            flags: &["--no-cross-namespace-refs"],
            rows: references::rows_of_one_namespace(),
        },
    ]
}

/// One test and not one for each table: the two programs act on everything that they find, so one
/// of them plays after the other.
#[test]
fn bellpull_shows_what_flux_shows() {
    let groups = groups();
    let plane = ControlPlane::start().expect("a control plane");
    crds::install(&plane, Crds::FLUX).expect("Flux's kinds");
    install_role(&plane);
    let play = |side: Side| {
        let groups = groups.iter();
        groups
            .flat_map(|group| side.play(&plane, group.flags, &group.rows))
            .collect()
    };
    let [flux, bellpull]: [Vec<Lines>; 2] = [play(Side::Flux), play(Side::Bellpull)];
    let rows = groups.iter().flat_map(|group| &group.rows);
    let wrong: Vec<String> = rows
        .zip(flux.iter().zip(&bellpull))
        .filter_map(|(row, (flux, bellpull))| judge(row, flux, bellpull))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows are not as they should be:\n\n{}",
        wrong.len(),
        flux.len(),
        wrong.join("\n")
    );
}

/// What is wrong with a row, if anything: what either showed beside what was expected of it.
fn judge(row: &Row, flux: &Lines, bellpull: &Lines) -> Option<String> {
    let mut wrong: Vec<String> = row
        .empty_differences()
        .iter()
        .map(|reason| format!("  this is no difference: {reason}\n"))
        .collect();
    for (side, seen) in [(Side::Flux, flux), (Side::Bellpull, bellpull)] {
        let expected = side.expected(row);
        let unexpected = seen
            .difference(&expected)
            .map(|line| format!("    + {line}\n"));
        let missing = expected
            .difference(seen)
            .map(|line| format!("    - {line}\n"));
        let differing: String = unexpected.chain(missing).collect();
        if !differing.is_empty() {
            wrong.push(format!("  {side:?} is not as expected:\n{differing}"));
        }
    }
    if wrong.is_empty() {
        return None;
    }
    for (side, seen) in [(Side::Flux, flux), (Side::Bellpull, bellpull)] {
        let lines: String = seen.iter().map(|line| format!("    {line}\n")).collect();
        wrong.push(format!("  {side:?} shows:\n{lines}"));
    }
    Some(format!("{}:\n{}", row.name, wrong.concat()))
}

/// Names of rows are ends of namespaces' names.
#[test]
fn no_two_rows_have_a_name() {
    let groups = groups();
    let rows = groups.iter().flat_map(|group| &group.rows);
    let mut names: Vec<&str> = rows.map(|row| row.name).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}
