//! Facts that a guest could not read.

use bellpull_core::text::REDACTED;

use crate::v0_1::bindings::bellpull::provider::types as wit;

/// Takes out every fact that holds `[redacted]`. Such a fact is unknown, and what is unknown notifies.
pub(in crate::v0_1) fn forget_redacted(mut from: wit::Acceptance) -> wit::Acceptance {
    option(&mut from.delivery_id);
    option(&mut from.signed_at);
    from.events.iter_mut().for_each(forget_redacted_of_event);
    from
}

/// The same for one event.
pub(in crate::v0_1) fn forget_redacted_of_event(event: &mut wit::Event) {
    option(&mut event.action);
    option(&mut event.payload);
    for change in &mut event.changes {
        match change {
            wit::Change::Git(git) => {
                list(&mut git.repositories);
                option(&mut git.ref_);
                option(&mut git.before);
                option(&mut git.after);
                paths(&mut git.paths);
            }
            wit::Change::Artifact(artifact) => {
                list(&mut artifact.repositories);
                option(&mut artifact.tag);
                option(&mut artifact.digest);
            }
            wit::Change::Request(request) => {
                list(&mut request.repositories);
                if is_redacted(&request.number) {
                    request.number.clear();
                }
                option(&mut request.source);
                option(&mut request.target);
                option(&mut request.head);
                option(&mut request.action);
                request.labels = request.labels.take().filter(|labels| {
                    let mut labels = labels.iter();
                    !labels.any(|label| is_redacted(label))
                });
            }
            wit::Change::Other(other) => {
                list(&mut other.locations);
                option(&mut other.name);
                option(&mut other.revision);
                let attributes = &mut other.attributes;
                attributes.retain(|(name, value)| !is_redacted(name) && !is_redacted(value));
            }
        }
    }
}

fn is_redacted(text: &str) -> bool {
    text.contains(REDACTED)
}

fn option(text: &mut Option<String>) {
    *text = text.take().filter(|text| !is_redacted(text));
}

/// Forgets all names of a thing with the redacted one, since an object may know the thing by that one.
fn list(names: &mut Vec<String>) {
    if names.iter().any(|name| is_redacted(name)) {
        names.clear();
    }
}

fn paths(paths: &mut wit::Paths) {
    if let wit::Paths::Complete(list) | wit::Paths::Truncated(list) = paths {
        let all = list.len();
        list.retain(|path| !is_redacted(path));
        if list.len() < all {
            *paths = wit::Paths::Truncated(std::mem::take(list));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn git(repositories: &[&str], reference: Option<&str>, paths: wit::Paths) -> wit::Change {
        wit::Change::Git(wit::GitChange {
            repositories: names(repositories),
            ref_: reference.map(str::to_owned),
            before: some("0a"),
            after: some(REDACTED),
            deleted: false,
            paths,
        })
    }

    /// Changes with facts that are redacted, and what is left of them.
    fn changes() -> [(wit::Change, &'static str); 4] {
        let complete = |list: &[&str]| wit::Paths::Complete(names(list));
        let redacted_attributes = [("a", "b"), ("c", REDACTED), (REDACTED, "d")];
        [
            (
                git(
                    &["https://h/a", "https://h/[redacted]"],
                    Some("refs/heads/[redacted]"),
                    complete(&["a", REDACTED]),
                ),
                r#"[Change::Git(GitChange { repositories: [], ref: None, before: Some("0a"), after: None, deleted: false, paths: Paths::Truncated(["a"]) })]"#,
            ),
            (
                git(&["https://h/a"], Some("refs/heads/a"), complete(&["a"])),
                r#"[Change::Git(GitChange { repositories: ["https://h/a"], ref: Some("refs/heads/a"), before: Some("0a"), after: None, deleted: false, paths: Paths::Complete(["a"]) })]"#,
            ),
            (
                wit::Change::Artifact(wit::ArtifactChange {
                    repositories: names(&[REDACTED]),
                    tag: some(REDACTED),
                    digest: some("sha256:a"),
                    deleted: true,
                }),
                r#"[Change::Artifact(ArtifactChange { repositories: [], tag: None, digest: Some("sha256:a"), deleted: true })]"#,
            ),
            (
                wit::Change::Other(wit::OtherChange {
                    kind: "bucket".into(),
                    locations: names(&[REDACTED]),
                    name: some("n"),
                    revision: some(REDACTED),
                    attributes: redacted_attributes
                        .map(|(name, value)| (name.into(), value.into()))
                        .to_vec(),
                }),
                r#"[Change::Other(OtherChange { kind: "bucket", locations: [], name: Some("n"), revision: None, attributes: [("a", "b")] })]"#,
            ),
        ]
    }

    #[test]
    fn a_redacted_fact_is_unknown() {
        for (change, expected) in changes() {
            let told = forget_redacted(wit::Acceptance {
                events: vec![wit::Event {
                    kind: "push".into(),
                    action: some("[redacted]ed"),
                    changes: vec![change],
                    payload: some(r#"{"a":"[redacted]"}"#),
                    extensions: Vec::new(),
                }],
                complete: true,
                delivery_id: some(REDACTED),
                signed_at: some("2026-01-02T03:04:05Z"),
            });
            assert_eq!(told.delivery_id, None);
            assert_eq!(told.signed_at, some("2026-01-02T03:04:05Z"));
            let event = told.events.into_iter().next().unwrap();
            assert_eq!((event.action, event.payload), (None, None));
            assert_eq!(format!("{:?}", event.changes), expected);
        }
    }
}
