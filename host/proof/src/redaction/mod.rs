//! The texts of a delivery that are hidden from its component: those that contain a value of the
//! Secret or the secret part of a webhook path.

mod escaping;
mod search_patterns;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use self::escaping::Escaping;
use self::search_patterns::SearchPatterns;
use crate::credentials::{is_empty_or_blank, is_name};
use bellpull_core::{ReceiverView, SecretObject, limits};

/// How many times a text is decoded: a form contains JSON, which contains a JSON string, which
/// contains a URL.
const DECODINGS: u32 = 3;

/// The search needed more than the remaining budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no more may be searched for values of the Secret")]
pub struct SearchBudgetExceeded;

/// The patterns that deliveries are searched for.
struct Search {
    patterns: AhoCorasick,
    /// Whether a pattern contains a space, which forms escape in their own way.
    has_spaces: bool,
}

/// Decides which texts of a Receiver's deliveries are hidden from its component.
#[derive(Default)]
pub struct Redaction {
    secret: Option<Arc<SecretObject>>,
    /// The keys that its component may read.
    granted: Vec<String>,
    paths: Vec<Arc<str>>,
    /// Built at the first delivery, because most Receivers get one late or never. `None` if it
    /// cannot be built; then every text is hidden.
    search: OnceLock<Option<Search>>,
    first_hidden: OnceLock<&'static str>,
}

impl Redaction {
    /// The redaction of a Receiver whose component sees `view`.
    #[must_use]
    pub fn new(secret: &Arc<SecretObject>, view: &ReceiverView, paths: &[Arc<str>]) -> Self {
        let granted = view.settings.iter().map(|(key, _)| key.clone());
        Self {
            secret: Some(Arc::clone(secret)),
            granted: granted.collect(),
            // Without a Secret, a path is not secret.
            paths: match secret.data.is_empty() {
                true => Vec::new(),
                false => paths.to_vec(),
            },
            ..Self::default()
        }
    }

    /// Whether `text` contains a secret: unescaped, or escaped as in URLs, forms or JSON. The
    /// searched bytes are subtracted from the budget `left`.
    ///
    /// # Errors
    /// If the budget is too small.
    pub fn hides(&self, text: &[u8], left: &mut u64) -> Result<bool, SearchBudgetExceeded> {
        let search = self.search.get_or_init(|| self.build_search());
        let Some(search) = search else {
            return Ok(true);
        };
        if search.patterns.patterns_len() == 0 {
            return Ok(false);
        }
        contains_pattern(search, text, DECODINGS, left)
    }

    /// Whether both hide the same.
    #[must_use]
    pub fn hides_same_as(&self, other: &Self) -> bool {
        let same = match (&self.secret, &other.secret) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one.data == other.data,
            (None, None) => true,
            _ => false,
        };
        same && self.granted == other.granted && self.paths == other.paths
    }

    /// The values that are hidden wherever a delivery has them. They must not leave the host.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        let long = self
            .secrets()
            .filter(|(_, value)| value.len() >= limits::SHORTEST_SEARCHED);
        long.map(|(_, value)| value)
    }

    /// The keys of values that are too short to be searched for.
    pub fn short_keys(&self) -> impl Iterator<Item = &str> {
        let short = self
            .secrets()
            .filter(|(_, value)| value.len() < limits::SHORTEST_SEARCHED);
        short.map(|(key, _)| key)
    }

    /// Records that `place` of a delivery was hidden. Returns whether it is the first.
    pub fn record_hidden(&self, place: &'static str) -> bool {
        self.first_hidden.set(place).is_ok()
    }

    /// The place outside the binding that was hidden first in this process.
    #[must_use]
    pub fn first_hidden(&self) -> Option<&'static str> {
        self.first_hidden.get().copied()
    }

    /// Every secret value, without the white space around it, which a sender may omit.
    fn secrets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let data = self.secret.iter().flat_map(|secret| &secret.data);
        let secrets = data.filter(|(key, _)| !is_name(key) && !self.granted.contains(key));
        secrets
            .map(|(key, value)| (key.as_str(), value.expose().trim_ascii()))
            .filter(|(_, value)| !is_empty_or_blank(value))
    }

    fn build_search(&self) -> Option<Search> {
        let mut patterns = SearchPatterns::default();
        for value in self.values() {
            patterns.add(value);
        }
        for path in &self.paths {
            let (_, secret) = path.rsplit_once('/').unwrap_or(("", path));
            patterns.add(secret.as_bytes());
        }
        // The second smallest automaton: the smallest is slow.
        let kind = AhoCorasickKind::ContiguousNFA;
        let patterns = patterns.into_inner();
        let mut search = AhoCorasick::builder();
        Some(Search {
            has_spaces: patterns.iter().any(|pattern| pattern.contains(&b' ')),
            patterns: search.kind(Some(kind)).build(patterns).ok()?,
        })
    }
}

fn contains_pattern(
    search: &Search,
    text: &[u8],
    decodings: u32,
    left: &mut u64,
) -> Result<bool, SearchBudgetExceeded> {
    *left = left
        .checked_sub(text.len() as u64)
        .ok_or(SearchBudgetExceeded)?;
    if search.patterns.is_match(text) {
        return Ok(true);
    }
    let Some(decodings) = decodings.checked_sub(1) else {
        return Ok(false);
    };
    for escaping in Escaping::ALL {
        if escaping == Escaping::Form && !search.has_spaces {
            continue;
        }
        if let Some(decoded) = escaping.decode(text)
            && contains_pattern(search, &decoded, decodings, left)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes the keys, not the values.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.secrets().map(|(key, _)| key);
        f.debug_set().entries(keys).finish()
    }
}
