use std::collections::BTreeMap;
use std::iter;

use bellpull_engine::Digest;
use clap::Parser;

use super::*;
use crate::settings::PluginArgs;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    plugins: PluginArgs,
}

/// Assigns `github` and `x` to these claimants: a bundled `github`, `a` that claims both, and `b`, `c`
/// and a copy of `b` that claim `x`. Returns the winners, and why the others do not serve.
fn assigned(
    overrides: &[&str],
    holders: &[(&str, usize)],
    of: &[&str],
    incomplete: bool,
) -> (Vec<String>, Vec<String>) {
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let (github, both, again) = (names(&["github"]), names(&["github", "x"]), names(&["x"]));
    let known: BTreeMap<&str, (&[String], bool)> = BTreeMap::from([
        ("github", (github.as_slice(), true)),
        ("a", (both.as_slice(), false)),
        ("b", (again.as_slice(), false)),
        ("c", (again.as_slice(), false)),
        ("copy of b", (again.as_slice(), false)),
    ]);
    let claimants: Vec<Claimant<'_>> = of
        .iter()
        .map(|label| {
            let (names, bundled) = known[label];
            let digest = Digest::of(label.trim_start_matches("copy of ").as_bytes());
            Claimant {
                names,
                bundled,
                overrides: None,
                digest,
                label,
            }
        })
        .collect();
    let flags = overrides
        .iter()
        .flat_map(|name| ["--plugin-override", name]);
    let Flags { plugins } = Flags::parse_from(iter::once("bellpull").chain(flags));
    let policy = PluginPolicy::new(&plugins);
    let holders: BTreeMap<&str, usize> = holders.iter().copied().collect();
    let assignment = assign(
        &claimants,
        &AssignmentRules {
            policy: &policy,
            holders: &holders,
            incomplete,
        },
    );
    let winners = assignment.winners.iter();
    let winners = winners.map(|(name, index)| format!("{name}: {}", claimants[*index].label));
    let unserved = claimants.iter().zip(&assignment.unserved);
    let unserved = unserved.flat_map(|(one, unserved)| {
        let reasons = unserved.iter().map(UnservedName::reason);
        reasons.map(move |reason| format!("{}: {reason}", one.label))
    });
    (winners.collect(), unserved.collect())
}

#[test]
fn a_name_goes_to_who_had_it_and_else_to_the_only_one() {
    let all = ["github", "a", "b"].as_slice();
    let pin = |label: &str, name: &str| format!("{name}@{}", Digest::of(label.as_bytes()));
    let (x_of_a, x_of_b) = (pin("a", "x"), pin("b", "x"));
    let (x_of_none, github_of_a) = (pin("none", "x"), pin("a", "github"));
    let github_of_none = pin("none", "github");
    type Case<'a> = (
        &'a [&'a str],
        &'a [(&'a str, usize)],
        &'a [&'a str],
        &'a [&'a str],
    );
    let cases: &[Case<'_>] = &[
        (&[], &[], &["github", "a"], &["github: github", "x: a"]),
        (&[], &[], all, &["github: github"]),
        (&[], &[("x", 1)], all, &["github: github", "x: a"]),
        (&[], &[("x", 2)], all, &["github: github", "x: b"]),
        // The file that had it may not have it any more.
        (&[], &[("github", 1)], all, &["github: github"]),
        (&["github"], &[], all, &["github: a"]),
        (
            &["github"],
            &[],
            &["github", "b"],
            &["github: github", "x: b"],
        ),
        (&[&x_of_a], &[], all, &["github: github", "x: a"]),
        (&[&x_of_b], &[("x", 1)], all, &["github: github", "x: b"]),
        (
            &[&x_of_a, &x_of_b],
            &[("x", 2)],
            all,
            &["github: github", "x: b"],
        ),
        (&[&x_of_a, &x_of_b], &[], all, &["github: github"]),
        (&[], &[], &["b", "copy of b"], &[]),
        (&[&x_of_b], &[], &["b", "copy of b"], &["x: b"]),
        // Nobody serves a name that is reserved for another digest; a bundled component keeps its own.
        (&[&x_of_none], &[("x", 1)], all, &["github: github"]),
        (&[&github_of_a], &[], all, &["github: a"]),
        (&["github", &github_of_none], &[], all, &["github: github"]),
    ];
    for (overrides, holders, of, expected) in cases {
        let (winners, _) = assigned(overrides, holders, of, false);
        assert_eq!(winners, *expected, "{overrides:?} {holders:?} {of:?}");
    }
}

#[test]
fn no_order_decides() {
    for of in [["b", "c"], ["c", "b"]] {
        assert_eq!(assigned(&[], &[], &of, false).0, [""; 0], "{of:?}");
    }
}

#[test]
fn no_plugin_gets_a_new_name_before_all_files_have_been_read() {
    let all = ["github", "a", "b"];
    assert_eq!(assigned(&[], &[], &["b"], true).0, [""; 0]);
    assert_eq!(assigned(&["github"], &[], &all, true).0, ["github: github"]);
    let (winners, _) = assigned(&["github"], &[("github", 1), ("x", 1)], &all, true);
    assert_eq!(winners, ["github: a", "x: a"]);
}

#[test]
fn who_does_not_serve_is_told_why_and_what_to_do() {
    let b = Digest::of(b"b");
    let (_, unserved) = assigned(&[], &[("x", 1)], &["github", "a", "b"], false);
    let expected = [
        "a: github is bundled: let this one serve by --plugin-override github".to_owned(),
        format!(
            "b: x is already served by a, and b which claims it too changes nothing: take one of \
             them away, or choose this one by --plugin-override x@{b}"
        ),
    ];
    assert_eq!(unserved, expected);

    let (_, unserved) = assigned(&[], &[], &["b", "c"], false);
    for (label, reason) in ["b", "c"].iter().zip(&unserved) {
        let beginning = format!("{label}: x is claimed by b ({b}) and c (sha256:");
        assert!(
            reason.starts_with(&beginning),
            "{reason}, expected {beginning}"
        );
    }

    let (_, unserved) = assigned(&["github"], &[], &["github", "a"], false);
    assert_eq!(unserved, ["github: github is overridden by a"]);

    let reserved = format!("x@{}", Digest::of(b"a"));
    let (_, unserved) = assigned(&[&reserved], &[], &["b"], false);
    let expected = format!("b: x is reserved for another digest by --plugin-override: this is {b}");
    assert_eq!(unserved, [expected]);
}
