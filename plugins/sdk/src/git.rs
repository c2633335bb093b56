//! Facts of Git, as forges and what builds from them write them.

use crate::host::document::Value;
use crate::{Event, GitChange, Paths, Selection, TouchedPaths};

/// The lists of files of every commit of a push, and what they hold. All are to be asked at once,
/// as what may be more than the host answers: see [`Selection::of_bulky`] and [`paths`].
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

/// The id of a commit. Senders write as many zeros as one is long, or nothing, where there is none.
pub fn commit(id: Option<&str>) -> Option<String> {
    id.filter(|id| !id.is_empty() && !is_zeros(id))
        .map(String::from)
}

/// Whether the id says that there is no commit: as the new one of a ref, that the ref is gone. An
/// empty id says nothing.
pub fn is_zeros(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}

/// The full name of a branch that is given by its short one. A full name, of whatever it is, stays.
pub fn branch(name: Option<&str>) -> Option<String> {
    full("refs/heads/", name)
}

/// As [`branch`], of a tag.
pub fn tag(name: Option<&str>) -> Option<String> {
    full("refs/tags/", name)
}

/// The change of a ref that is given by a short name, of which the sender does not say whether it is
/// a branch's or a tag's: one of either.
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

/// Whether the change says anything: where it does not even say where it happened, no change does as
/// well.
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

/// The names that a sender gives for one repository, each once, in the order of the pointers. Which
/// repository it is counts as unknown where it has more than [`MOST_NAMES`] of them.
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

/// Names of one repository that are told.
pub const MOST_NAMES: usize = 64;

/// The changes of a repository's refs, one for each row of what the sender lists; the repository
/// alone where it lists none, or more than an event tells: it is not made longer than it may be first.
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

/// The change of a ref by its full name, the commit before and the one after: zeros after say that it is
/// gone.
pub fn ref_change([name, before, after]: [Option<&str>; 3], somewhere: &GitChange) -> GitChange {
    GitChange {
        ref_: name.map(String::from),
        before: commit(before),
        after: commit(after),
        deleted: after.is_some_and(is_zeros),
        ..somewhere.clone()
    }
}

/// The files that the commits of a push touched, as [`COMMIT_FILES`] tell them. `is_cut` is given
/// how many commits and how many files are listed, and says whether the sender has left some out.
///
/// They are unknown without a commit, and as soon as one commit tells of none or of something else: a
/// sender that does not list files leaves the lists out or writes `null` for them.
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
