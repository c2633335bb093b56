//! What of a delivery its component does not see: every text that holds a value of the Secret, or the
//! secret part of a webhook path.

mod decoded;
mod needles;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use self::decoded::Escaping;
use self::needles::Needles;
use crate::credentials::{is_name, is_nothing};
use bellpull_core::{ReceiverView, SecretObject, limits};

/// How often what was read of a text is read again: a form holds JSON, which holds a JSON text, which
/// holds an address.
const READINGS: u32 = 3;

/// Searching took more than was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no more may be searched for values of the Secret")]
pub struct Spent;

/// What deliveries are searched by.
struct Search {
    needles: AhoCorasick,
    /// Whether one of them has a space, which a form writes in its own way.
    has_spaces: bool,
}

/// What is hidden of the deliveries of one Receiver.
#[derive(Default)]
pub struct Redaction {
    secret: Option<Arc<SecretObject>>,
    /// Keys that its component was granted to read.
    granted: Vec<String>,
    paths: Vec<Arc<str>>,
    /// Made at the first delivery: most Receivers wait for theirs for long. None where it cannot be
    /// made, when everything is hidden.
    search: OnceLock<Option<Search>>,
    noticed: OnceLock<&'static str>,
}

impl Redaction {
    /// That of a Receiver whose component is told of `view`.
    #[must_use]
    pub fn new(secret: &Arc<SecretObject>, view: &ReceiverView, paths: &[Arc<str>]) -> Self {
        let granted = view.settings.iter().map(|(key, _)| key.clone());
        Self {
            secret: Some(Arc::clone(secret)),
            granted: granted.collect(),
            // Without a Secret a path is none.
            paths: match secret.data.is_empty() {
                true => Vec::new(),
                false => paths.to_vec(),
            },
            ..Self::default()
        }
    }

    /// Whether `text` holds what its component must not read: as it stands, or as it means to a reader
    /// of addresses, forms or JSON. What is searched is taken from `left`, bytes.
    ///
    /// # Errors
    /// When less is left than that takes.
    pub fn hides(&self, text: &[u8], left: &mut u64) -> Result<bool, Spent> {
        let search = self.search.get_or_init(|| self.search());
        let Some(search) = search else {
            return Ok(true);
        };
        if search.needles.patterns_len() == 0 {
            return Ok(false);
        }
        found(search, text, READINGS, left)
    }

    /// Whether the same is hidden.
    #[must_use]
    pub fn hides_as(&self, other: &Self) -> bool {
        let same = match (&self.secret, &other.secret) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one.data == other.data,
            (None, None) => true,
            _ => false,
        };
        same && self.granted == other.granted && self.paths == other.paths
    }

    /// The values that are hidden wherever a delivery has them, and must not leave the host.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        let long = self
            .secrets()
            .filter(|(_, value)| value.len() >= limits::SHORTEST_SEARCHED);
        long.map(|(_, value)| value)
    }

    /// The keys of values that are too short to be searched for.
    pub fn short(&self) -> impl Iterator<Item = &str> {
        let short = self
            .secrets()
            .filter(|(_, value)| value.len() < limits::SHORTEST_SEARCHED);
        short.map(|(key, _)| key)
    }

    /// Remembers that `place` of a delivery was hidden; true the first time.
    pub fn notice(&self, place: &'static str) -> bool {
        self.noticed.set(place).is_ok()
    }

    /// What of a delivery was hidden first, in this process, besides places of the binding.
    #[must_use]
    pub fn noticed(&self) -> Option<&'static str> {
        self.noticed.get().copied()
    }

    /// Every value that is a secret, without white space around it, which a sender may leave out.
    fn secrets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let data = self.secret.iter().flat_map(|secret| &secret.data);
        let secrets = data.filter(|(key, _)| !is_name(key) && !self.granted.contains(key));
        secrets
            .map(|(key, value)| (key.as_str(), value.expose().trim_ascii()))
            .filter(|(_, value)| !is_nothing(value))
    }

    fn search(&self) -> Option<Search> {
        let mut needles = Needles::default();
        for value in self.values() {
            needles.add(value);
        }
        for path in &self.paths {
            let (_, secret) = path.rsplit_once('/').unwrap_or(("", path));
            needles.add(secret.as_bytes());
        }
        // Its automata are the smallest but one, and the smallest is slow.
        let kind = AhoCorasickKind::ContiguousNFA;
        let needles = needles.into_inner();
        let mut search = AhoCorasick::builder();
        Some(Search {
            has_spaces: needles.iter().any(|needle| needle.contains(&b' ')),
            needles: search.kind(Some(kind)).build(needles).ok()?,
        })
    }
}

fn found(search: &Search, text: &[u8], readings: u32, left: &mut u64) -> Result<bool, Spent> {
    *left = left.checked_sub(text.len() as u64).ok_or(Spent)?;
    if search.needles.is_match(text) {
        return Ok(true);
    }
    let Some(readings) = readings.checked_sub(1) else {
        return Ok(false);
    };
    for next in Escaping::ALL {
        if next == Escaping::Form && !search.has_spaces {
            continue;
        }
        if let Some(read) = next.read(text)
            && found(search, &read, readings, left)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// None of what it holds.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.secrets().map(|(key, _)| key);
        f.debug_set().entries(keys).finish()
    }
}
