use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap};

/// How long a response says that it is fresh (RFC 9111, section 5.2.2). Zero: it must not be kept.
/// `None`: it does not say.
pub(crate) fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL);
    let directives = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut fresh = None;
    for directive in directives {
        let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            // A value that is not a number of seconds counts as stale (section 4.2.1).
            let seconds = argument.trim().trim_matches('"').parse().unwrap_or(0);
            fresh.get_or_insert(Duration::from_secs(seconds));
        }
    }
    fresh
}
