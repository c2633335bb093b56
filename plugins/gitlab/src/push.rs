use bellpull_sdk::{GitChange, Paths, Selection, TouchedPaths, host::document::Value};

const COMMITS: &str = "/commits/*/id";
const FILES: [&str; 3] = [
    "/commits/*/added/*",
    "/commits/*/modified/*",
    "/commits/*/removed/*",
];

/// What may be more than the host answers.
pub(crate) const BULKY: &[&str] = &[COMMITS, FILES[0], FILES[1], FILES[2]];

/// `Push Hook` and `Tag Push Hook`.
pub(crate) fn change(payload: &Selection, somewhere: GitChange) -> GitChange {
    let change = GitChange {
        ref_: payload.text("/ref").map(String::from),
        before: commit(payload.text("/before")),
        after: commit(payload.text("/after")),
        deleted: payload.text("/after").is_some_and(is_zeros),
        ..somewhere
    };
    if change.before.is_none() || change.after.is_none() {
        return change;
    }
    GitChange {
        paths: files(payload),
        ..change
    }
}

/// The refs of a `repository_update`, the system hook that tells of a push as a whole.
pub(crate) fn updates(payload: &Selection, somewhere: &GitChange) -> Vec<GitChange> {
    let column = |pointer| payload.all(pointer).iter();
    column("/changes/*/ref")
        .zip(column("/changes/*/before"))
        .zip(column("/changes/*/after"))
        .filter_map(|((name, before), after)| {
            let after = text(after)?;
            Some(GitChange {
                ref_: Some(text(name)?.into()),
                before: commit(text(before)),
                after: commit(Some(after)),
                deleted: is_zeros(after),
                ..somewhere.clone()
            })
        })
        .collect()
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn files(payload: &Selection) -> Paths {
    let commits = payload.all(COMMITS).len();
    if commits == 0 || !FILES.iter().all(|pointer| payload.has(pointer)) {
        return Paths::Unknown;
    }
    let mut touched = TouchedPaths::new();
    for pointer in FILES {
        touched.extend(payload.texts(pointer));
    }
    // GitLab lists the last 20 commits and says how many there were.
    let total = payload.number("/total_commits_count");
    if total.is_none_or(|total| total > commits as u64) {
        touched.mark_truncated();
    }
    touched.finish()
}

/// GitLab writes as many zeros as a commit id is long where there is no commit.
fn commit(id: Option<&str>) -> Option<String> {
    id.filter(|id| !is_zeros(id)).map(String::from)
}

fn is_zeros(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}
