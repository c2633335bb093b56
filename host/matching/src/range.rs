//! Version ranges as Flux reads them: `Masterminds/semver` v3.5.0 behind `fluxcd/pkg/version`.
//! Ranges of Cargo and npm look alike but mean something else, above all for pre-releases, so their
//! crates cannot be used. Versions and their order are those of the `semver` crate.

use semver::{BuildMetadata, Prerelease, Version};

/// `Masterminds/semver` has the same limits.
const MAX_RANGE_BYTES: usize = 512;
const MAX_VERSION_BYTES: usize = 256;
const MAX_ALTERNATIVES: usize = 32;

/// A range of versions: alternatives, each a list of conditions that must all hold.
#[derive(Clone, Debug)]
pub struct VersionRange(Vec<Vec<VersionCondition>>);

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

/// How many parts of a version are written. The others are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Nothing,
    Major,
    Minor,
    Patch,
}

/// The version of a tag. `None` if no range of Flux's can select the tag. A version must have three
/// parts; a leading `v` and leading zeros are ignored.
pub(super) fn version_of(tag: &str) -> Option<Version> {
    if tag.len() > MAX_VERSION_BYTES || tag.matches('.').count() < 2 {
        return None;
    }
    match parse_version(tag)? {
        (version, _, false) => Some(version),
        _ => None,
    }
}

impl VersionRange {
    /// Parses a range. `None` if Flux would refuse it, or if its form is unknown here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_RANGE_BYTES {
            return None;
        }
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MAX_ALTERNATIVES {
            return None;
        }
        let parsed: Option<_> = alternatives.into_iter().map(parse_conditions).collect();
        parsed.map(Self)
    }

    /// Whether `version` is in the range. A pre-release is only in a range whose conditions name
    /// one.
    pub(super) fn contains(&self, version: &Version) -> bool {
        self.0.iter().any(|conditions| {
            let named = |condition: &VersionCondition| !condition.version.pre.is_empty();
            (version.pre.is_empty() || conditions.iter().any(named))
                && conditions.iter().all(|condition| condition.holds(version))
        })
    }

    /// The tag of the newest version in the range, as Flux's OCIRepository picks it. Of several tags of one
    /// version, as `1.2.3` and `v1.2.3`, it is always the same.
    pub fn newest<'t>(&self, tags: impl IntoIterator<Item = &'t str>) -> Option<&'t str> {
        let versions = tags
            .into_iter()
            .filter_map(|tag| Some((version_of(tag)?, tag)));
        let within = versions.filter(|(version, _)| self.contains(version));
        let newest = within.max_by(|(one, tag), (other, other_tag)| {
            one.cmp_precedence(other).then_with(|| tag.cmp(other_tag))
        });
        newest.map(|(_, tag)| tag)
    }
}

impl VersionCondition {
    fn new(operator: Operator, text: &str) -> Option<Self> {
        let (version, precision, _) = parse_version(text)?;
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

    /// Whether `version` is below the upper limit of `~`. As in Flux, `~0.0.0` has none.
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

/// Parses a version that may be incomplete. Missing parts are zero. The flag says whether it
/// contains a wildcard.
fn parse_version(text: &str) -> Option<(Version, Precision, bool)> {
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
                // Parts after a wildcard count as wildcards.
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

/// Parses conditions that are separated by spaces or commas. `a - b` means from `a` to `b`.
fn parse_conditions(text: &str) -> Option<Vec<VersionCondition>> {
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
            found.push(VersionCondition::new(parse_operator(operator)?, version)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn parse_operator(text: &str) -> Option<Operator> {
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
