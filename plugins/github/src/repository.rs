//! The repository that a payload is about.

use bellpull_sdk::{Selection, git};

/// The pointers to its URLs.
pub(crate) const URLS: [&str; 4] = [
    "/repository/clone_url",
    "/repository/ssh_url",
    "/repository/git_url",
    PAGE,
];
/// The pointer to its web page.
pub(crate) const PAGE: &str = "/repository/html_url";

/// Every URL that the payload gives for the repository.
pub(crate) fn urls(payload: &Selection) -> Vec<String> {
    git::repositories(payload, &URLS)
}
