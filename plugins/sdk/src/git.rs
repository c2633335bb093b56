//! Facts of Git in the payloads of forges and build systems.

use crate::host::document::Value;
use crate::{Event, GitChange, Paths, Selection, TouchedPaths};

/// Pointers to the lists of files of every commit of a push, and to their elements, for [`paths`]. Ask all
/// of them at once, as the bulky pointers of [`Selection::of_bulky`].
pub const COMMIT_FILES: [&str; 6] = [LISTS[0], LISTS[1], LISTS[2], NAMES[0], NAMES[1], NAMES[2]];

const LISTS: [&str; 3] = [
    "/commits/*/added",
    "/commits/*/modified",
    "/commits/*/removed",
];
const NAMES: [&str; 3] = [
    "/commits/*/added/*",
    "/commits/*/modified/*",
    "/commits/*/removed/*",
];

/// The id of a commit. Senders write only zeros, or an empty text, where there is no commit.
pub fn commit(id: Option<&str>) -> Option<String> {
    id.filter(|id| !id.is_empty() && !is_zeros(id))
        .map(String::from)
}

/// Whether the id states that there is no commit. As the new commit of a ref it means that the ref was
/// deleted. An empty id states nothing.
pub fn is_zeros(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}

/// The full name of a branch. A name that begins with `refs/` is full already and stays as it is.
pub fn branch(name: Option<&str>) -> Option<String> {
    full("refs/heads/", name)
}

/// As [`branch`], for a tag.
pub fn tag(name: Option<&str>) -> Option<String> {
    full("refs/tags/", name)
}

/// The changes of a ref with a short name that may be a branch or a tag: one change for each.
pub fn branch_or_tag(name: Option<&str>, change: GitChange) -> Vec<GitChange> {
    let (branch, tag) = (branch(name), tag(name));
    let at = |ref_| GitChange {
        ref_,
        ..change.clone()
    };
    match branch == tag {
        true => vec![at(branch)],
        false => vec![at(branch), at(tag)],
    }
}

/// Whether any field of the change is set. A change without facts says no more than no change at all.
pub fn has_facts(change: &GitChange) -> bool {
    *change != GitChange::in_repository(Vec::new())
}

fn full(prefix: &str, name: Option<&str>) -> Option<String> {
    let name = name.filter(|name| !name.is_empty())?;
    let prefix = if name.starts_with("refs/") {
        ""
    } else {
        prefix
    };
    Some([prefix, name].concat())
}

/// The names of one repository, without duplicates, in the order of the pointers. A repository with more
/// than [`MOST_NAMES`] names counts as unknown: the list is empty.
pub fn repositories(payload: &Selection, pointers: &[&'static str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in pointers.iter().flat_map(|pointer| payload.texts(pointer)) {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.into());
        }
        if names.len() > MOST_NAMES {
            return Vec::new();
        }
    }
    names
}

/// The most names of one repository that are reported.
pub const MOST_NAMES: usize = 64;

/// The changes of a repository's refs, one for each row. If there are no rows, or more than an event may
/// report, the result is one change of the repository, `somewhere`.
pub fn ref_changes<R>(
    rows: Vec<R>,
    somewhere: GitChange,
    change: impl Fn(R, &GitChange) -> GitChange,
) -> Vec<GitChange> {
    let names: usize = somewhere.repositories.iter().map(String::len).sum();
    let are_told = rows.len() <= Event::MOST_CHANGES && rows.len() * names <= Event::LIMIT;
    if rows.is_empty() || !are_told {
        return vec![somewhere];
    }
    let rows = rows.into_iter();
    rows.map(|row| change(row, &somewhere)).collect()
}

/// The change of a ref by its full name, the commit before and the commit after. Zeros as the commit
/// after mean that the ref was deleted.
pub fn ref_change([name, before, after]: [Option<&str>; 3], somewhere: &GitChange) -> GitChange {
    GitChange {
        ref_: name.map(String::from),
        before: commit(before),
        after: commit(after),
        deleted: after.is_some_and(is_zeros),
        ..somewhere.clone()
    }
}

/// The files that the commits of a push touched, by the answers to [`COMMIT_FILES`]. `is_cut` gets the
/// number of commits and the number of files that are listed, and says whether the sender left some out.
///
/// The files are unknown if no commit is listed, or if a list of any commit is missing, `null` or not a
/// list of texts: a sender that does not list files leaves the lists out or writes `null`.
pub fn paths(payload: &Selection, is_cut: impl FnOnce(usize, usize) -> bool) -> Paths {
    let lists = LISTS.map(|pointer| payload.all(pointer));
    let commits = lists[0].len();
    let tells = |commit| {
        let of_commit = |list: &&[Value]| list.get(commit).is_some_and(is_array);
        lists.iter().all(of_commit)
    };
    if commits == 0 || !(0..commits).all(tells) {
        return Paths::Unknown;
    }
    let mut touched = TouchedPaths::new();
    let (mut files, mut named) = (0, 0);
    for pointer in NAMES {
        named += payload.texts(pointer).count();
        touched.extend(payload.texts(pointer));
        files += payload.all(pointer).len();
    }
    if named < files {
        return Paths::Unknown;
    }
    if is_cut(commits, files) {
        touched.mark_truncated();
    }
    touched.finish()
}

fn is_array(value: &Value) -> bool {
    matches!(value, Value::Json(json) if json.starts_with('['))
}

#[cfg(test)]
mod tests;
