//! Version ranges, against cargo's where the two mean the same.

use bellpull_matching::VersionRange;
use semver::{Version, VersionReq};

use crate::FuzzTarget;
use crate::input::text_lines;

/// The first line is a range, each other a tag.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "version-ranges",
    run,
};

fn run(input: &[u8]) {
    let Some((lines, _)) = text_lines(input) else {
        return;
    };
    let Some((text, tags)) = lines.split_first() else {
        return;
    };
    let Some(range) = VersionRange::parse(text) else {
        return;
    };
    let contains = |range: &VersionRange, tag: &str| range.newest([tag]).is_some();
    let newest = range.newest(tags.iter().copied());
    let within: Vec<&str> = tags
        .iter()
        .copied()
        .filter(|tag| contains(&range, tag))
        .collect();
    assert_eq!(newest.is_some(), !within.is_empty());
    assert_eq!(
        newest,
        range.newest(within.iter().copied()),
        "the others are not looked at"
    );
    let reversed = tags.iter().rev().copied();
    assert_eq!(
        newest,
        range.newest(reversed),
        "their order makes no difference"
    );
    let alternatives: Vec<VersionRange> = text
        .split("||")
        .map(|one| VersionRange::parse(one).expect("an alternative is a range"))
        .collect();
    for tag in tags {
        let any = alternatives.iter().any(|one| contains(one, tag));
        assert_eq!(contains(&range, tag), any, "{text} and {tag}");
        if let Some(expected) = by_cargo(text, tag) {
            assert_eq!(contains(&range, tag), expected, "{text} and {tag}");
        }
    }
}

/// What cargo says, if both versions are whole and no pre-release, and each condition has an operator. Of
/// Flux's alone is that `~0.0.0` has no upper limit.
fn by_cargo(range: &str, tag: &str) -> Option<bool> {
    let conditions: Vec<&str> = range.split(',').map(str::trim).collect();
    let is_plain = |condition: &&str| {
        let operator = ["=", ">", "<", "^", "~"]
            .iter()
            .any(|sign| condition.starts_with(sign));
        let version = condition
            .trim_start_matches(['=', '>', '<', '^', '~'])
            .trim();
        operator
            && !condition.contains("=>")
            && !condition.contains("=<")
            && !condition.contains("~>")
            && Version::parse(version).is_ok_and(|one| one.pre.is_empty() && one.build.is_empty())
            && version != "0.0.0"
    };
    if !conditions.iter().all(is_plain) {
        return None;
    }
    let version = Version::parse(tag)
        .ok()
        .filter(|version| version.pre.is_empty())?;
    Some(VersionReq::parse(range).ok()?.matches(&version))
}
