use bellpull_sdk::{GitChange, Selection, git};

pub(crate) const UPDATES: [&str; 3] = ["/changes/*/ref", "/changes/*/before", "/changes/*/after"];

/// `Push Hook` and `Tag Push Hook`.
pub(crate) fn change(payload: &Selection, somewhere: GitChange) -> GitChange {
    let told = ["/ref", "/before", "/after"].map(|pointer| payload.text(pointer));
    let change = git::ref_change(told, &somewhere);
    if change.before.is_none() || change.after.is_none() {
        return change;
    }
    // GitLab lists the last 20 commits and says how many there were.
    let total = payload.number("/total_commits_count");
    GitChange {
        paths: git::paths(payload, |commits, _| {
            total.is_none_or(|total| total > commits as u64)
        }),
        ..change
    }
}

/// The refs of a `repository_update`, the system hook for a whole push.
pub(crate) fn updates(payload: &Selection, somewhere: GitChange) -> Vec<GitChange> {
    git::ref_changes(payload.rows(UPDATES), somewhere, git::ref_change)
}
