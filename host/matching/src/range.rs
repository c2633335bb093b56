//! Ranges of versions as Flux reads them: `Masterminds/semver` v3.5.0 behind `fluxcd/pkg/version`.
//! Cargo's and npm's ranges are written alike and mean other things, above all of pre-releases, so
//! that no crate that reads either can stand in. Versions and their order are the `semver` crate's.

use semver::{BuildMetadata, Prerelease, Version};

/// Longer ranges, longer versions and more alternatives are refused there too.
const MAX_RANGE_BYTES: usize = 512;
const MAX_VERSION_BYTES: usize = 256;
const MAX_ALTERNATIVES: usize = 32;

/// Alternatives of conditions that hold together.
#[derive(Clone, Debug)]
pub(super) struct Range(Vec<Vec<VersionCondition>>);

#[derive(Clone, Debug)]
struct VersionCondition {
    operator: Operator,
    version: Version,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Tilde,
    Caret,
}

/// How much of a version is written; the rest is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Nothing,
    Major,
    Minor,
    Patch,
}

/// The version that a tag is; none for a tag that no range of Flux's selects. Three parts between
/// dots are asked for, a leading `v` and leading zeros are not minded.
pub(super) fn version_of(tag: &str) -> Option<Version> {
    if tag.len() > MAX_VERSION_BYTES || tag.matches('.').count() < 2 {
        return None;
    }
    match written(tag)? {
        (version, _, false) => Some(version),
        _ => None,
    }
}

impl Range {
    /// None where Flux would refuse it, or where it is written in a way not known here.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_RANGE_BYTES {
            return None;
        }
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MAX_ALTERNATIVES {
            return None;
        }
        let read: Option<_> = alternatives.into_iter().map(conditions).collect();
        read.map(Self)
    }

    /// Whether it holds `version`. A pre-release is within only where a condition beside names one.
    pub(super) fn holds(&self, version: &Version) -> bool {
        self.0.iter().any(|conditions| {
            let named = |condition: &VersionCondition| !condition.version.pre.is_empty();
            (version.pre.is_empty() || conditions.iter().any(named))
                && conditions.iter().all(|condition| condition.holds(version))
        })
    }
}

impl VersionCondition {
    fn new(operator: Operator, text: &str) -> Option<Self> {
        let (version, precision, _) = written(text)?;
        Some(Self {
            operator,
            version,
            precision,
        })
    }

    fn holds(&self, version: &Version) -> bool {
        let bound = &self.version;
        let order = version.cmp_precedence(bound);
        let by_precision = match self.precision {
            Precision::Major => version.major.cmp(&bound.major),
            Precision::Minor | Precision::Nothing => {
                (version.major, version.minor).cmp(&(bound.major, bound.minor))
            }
            Precision::Patch => order,
        };
        match (self.operator, self.precision) {
            (Operator::Equal, Precision::Patch) => order.is_eq(),
            (Operator::Equal | Operator::Tilde, _) => {
                order.is_ge() && self.is_within_tilde(version)
            }
            (Operator::NotEqual, Precision::Major) => by_precision.is_ne(),
            (Operator::NotEqual, Precision::Minor) => {
                by_precision.is_ne() || version.pre != bound.pre
            }
            (Operator::NotEqual, _) => order.is_ne(),
            (Operator::Greater, Precision::Nothing) => order.is_gt(),
            (Operator::Greater, _) => by_precision.is_gt(),
            (Operator::GreaterEqual, _) => order.is_ge(),
            (Operator::Less, _) => order.is_lt(),
            (Operator::LessEqual, _) => by_precision.is_le(),
            (Operator::Caret, _) => order.is_ge() && self.is_within_caret(version),
        }
    }

    /// `~0.0.0` is everything.
    fn is_within_tilde(&self, version: &Version) -> bool {
        let bound = &self.version;
        let zero = (bound.major, bound.minor, bound.patch) == (0, 0, 0);
        match self.precision {
            Precision::Nothing | Precision::Patch if zero => true,
            Precision::Major => version.major == bound.major,
            _ => (version.major, version.minor) == (bound.major, bound.minor),
        }
    }

    fn is_within_caret(&self, version: &Version) -> bool {
        let bound = &self.version;
        if version.major != bound.major {
            return false;
        }
        if bound.major > 0 || self.precision == Precision::Major {
            return true;
        }
        let left_of_patch = bound.minor > 0 || self.precision == Precision::Minor;
        version.minor == bound.minor && (left_of_patch || version.patch == bound.patch)
    }
}

/// A version as it is written, with zeros for what is not; whether a wildcard stands in it.
fn written(text: &str) -> Option<(Version, Precision, bool)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = match text.split_once('+') {
        Some((text, build)) if !build.is_empty() => (text, build),
        Some(_) => return None,
        None => (text, ""),
    };
    BuildMetadata::new(build).ok()?;
    let (text, pre) = match text.split_once('-') {
        Some((text, pre)) if !pre.is_empty() => (text, Prerelease::new(pre).ok()?),
        Some(_) => return None,
        None => (text, Prerelease::EMPTY),
    };
    let mut numbers = [0; 3];
    let mut parts = text.split('.');
    let mut known = 0;
    let mut wildcard = false;
    for number in &mut numbers {
        match parts.next() {
            None => break,
            Some("x" | "X" | "*") => wildcard = true,
            Some(part) => {
                let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                let value = digits.then(|| part.parse().ok()).flatten()?;
                // What follows a wildcard is as good as one.
                if !wildcard {
                    *number = value;
                    known += 1;
                }
            }
        }
    }
    if parts.next().is_some() || text.is_empty() {
        return None;
    }
    let [major, minor, patch] = numbers;
    let version = Version {
        pre,
        ..Version::new(major, minor, patch)
    };
    let precision = match known {
        0 => Precision::Nothing,
        1 => Precision::Major,
        2 => Precision::Minor,
        _ => Precision::Patch,
    };
    Some((version, precision, wildcard))
}

/// Conditions between spaces or commas; `a - b` is from a to b.
fn conditions(text: &str) -> Option<Vec<VersionCondition>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let is_operator = |c: char| "=!<>~^".contains(c);
        let after = rest.trim_start_matches(is_operator);
        let operator = rest.strip_suffix(after).unwrap_or_default();
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_whitespace() || c == ',');
        let (version, after) = after.split_at(end.unwrap_or(after.len()));
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(behind) = rest.strip_prefix("- ") {
            let behind = behind.trim_start();
            let end = behind.find(|c: char| c.is_whitespace() || c == ',');
            let (last, after) = behind.split_at(end.unwrap_or(behind.len()));
            if !operator.is_empty() {
                return None;
            }
            found.push(VersionCondition::new(Operator::GreaterEqual, version)?);
            found.push(VersionCondition::new(Operator::LessEqual, last)?);
            rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        } else {
            found.push(VersionCondition::new(operator_of(operator)?, version)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn operator_of(text: &str) -> Option<Operator> {
    Some(match text {
        "" | "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        ">=" | "=>" => Operator::GreaterEqual,
        "<" => Operator::Less,
        "<=" | "=<" => Operator::LessEqual,
        "~" | "~>" => Operator::Tilde,
        "^" => Operator::Caret,
        _ => return None,
    })
}
