//! Checks the facts of an event, each against its field.

use super::{Fact, WrongFact};
use crate::{Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, RequestChange};

/// Maximum number of wrong facts of one event that are reported.
const TOLD: usize = 16;

impl Acceptance {
    /// Drops the facts of every event, and of the delivery itself, that do not fit their fields.
    /// See [`Event::drop_wrong_facts`].
    pub fn drop_wrong_facts(&mut self) {
        for event in &mut self.events {
            event.drop_wrong_facts();
        }
        let mut check = FactCheck(Vec::new());
        check.option(Fact::Time, "signed-at", &mut self.signed_at);
        if let Some(event) = self.events.first_mut() {
            event.dropped.append(&mut check.0);
        }
    }
}

impl Event {
    /// Drops the facts that do not fit their fields, which then count as unknown. The first of them
    /// are kept in [`Event::dropped`].
    pub fn drop_wrong_facts(&mut self) {
        let mut check = FactCheck(Vec::new());
        check.text(Fact::Word, "kind", &mut self.kind);
        check.option(Fact::Word, "action", &mut self.action);
        check.option(Fact::Object, "payload", &mut self.payload);
        for change in &mut self.changes {
            match change {
                Change::Git(git) => check.git(git),
                Change::Artifact(artifact) => check.artifact(artifact),
                Change::Request(request) => check.request(request),
                Change::Other(other) => check.other(other),
            }
        }
        self.dropped = check.0;
    }
}

struct FactCheck(Vec<WrongFact>);

impl FactCheck {
    fn git(&mut self, git: &mut GitChange) {
        self.option(Fact::Reference, "ref", &mut git.reference);
        self.option(Fact::Commit, "before", &mut git.before);
        self.option(Fact::Commit, "after", &mut git.after);
    }

    fn artifact(&mut self, artifact: &mut ArtifactChange) {
        self.option(Fact::Tag, "tag", &mut artifact.tag);
        self.option(Fact::Digest, "digest", &mut artifact.digest);
    }

    fn request(&mut self, request: &mut RequestChange) {
        self.text(Fact::Word, "number", &mut request.number);
        self.option(Fact::Reference, "source", &mut request.source);
        self.option(Fact::Reference, "target", &mut request.target);
        self.option(Fact::Commit, "head", &mut request.head);
        self.option(Fact::Word, "action", &mut request.action);
        // If one label is unknown, so is the list.
        request.labels.take_if(|labels| {
            let mut labels = labels.iter();
            !labels.all(|label| self.keeps(Fact::Word, "labels", label))
        });
    }

    fn other(&mut self, other: &mut OtherChange) {
        self.text(Fact::Word, "kind", &mut other.kind);
        self.option(Fact::Word, "name", &mut other.name);
        self.option(Fact::Word, "revision", &mut other.revision);
    }

    /// Whether the fact stays.
    fn keeps(&mut self, fact: Fact, field: &'static str, value: &str) -> bool {
        let Err(wrong) = fact.check(field, value) else {
            return true;
        };
        if self.0.len() < TOLD {
            self.0.push(wrong);
        }
        false
    }

    fn text(&mut self, fact: Fact, field: &'static str, value: &mut String) {
        if !self.keeps(fact, field, value) {
            value.clear();
        }
    }

    fn option(&mut self, fact: Fact, field: &'static str, value: &mut Option<String>) {
        value.take_if(|value| !self.keeps(fact, field, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Paths;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().copied().map(String::from).collect()
    }

    fn git(change: impl FnOnce(&mut GitChange)) -> Event {
        let mut git = GitChange {
            repositories: texts(&["https://example.com/a"]),
            reference: Some("refs/heads/main".into()),
            before: Some("0".repeat(40)),
            after: Some("a1".repeat(20)),
            deleted: false,
            paths: Paths::Complete(texts(&["a", "b"])),
        };
        change(&mut git);
        Event {
            kind: "push".into(),
            changes: vec![Change::Git(git)],
            ..Event::default()
        }
    }

    fn artifact(change: impl FnOnce(&mut ArtifactChange)) -> Event {
        let mut artifact = ArtifactChange {
            repositories: texts(&["ghcr.io/a/b"]),
            tag: Some("v1".into()),
            digest: Some(format!("sha256:{}", "0".repeat(64))),
            deleted: false,
        };
        change(&mut artifact);
        Event {
            kind: "push".into(),
            changes: vec![Change::Artifact(artifact)],
            ..Event::default()
        }
    }

    fn request(change: impl FnOnce(&mut RequestChange)) -> Event {
        let mut request = RequestChange {
            repositories: texts(&["https://example.com/a"]),
            number: "17".into(),
            source: Some("refs/heads/a".into()),
            target: Some("refs/heads/main".into()),
            head: Some("a1".repeat(20)),
            action: Some("opened".into()),
            labels: Some(texts(&["a b"])),
            ..RequestChange::default()
        };
        change(&mut request);
        event(|it| it.changes = vec![Change::Request(request)])
    }

    fn other(change: impl FnOnce(&mut OtherChange)) -> Event {
        let mut other = OtherChange {
            kind: "bucket".into(),
            locations: texts(&["s3://a"]),
            attributes: [("a".to_owned(), "1".to_owned())].into(),
            ..OtherChange::default()
        };
        change(&mut other);
        event(|it| it.changes = vec![Change::Other(other)])
    }

    fn event(change: impl FnOnce(&mut Event)) -> Event {
        let mut event = git(|_| ());
        change(&mut event);
        event
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// An event with a wrong fact, the same event without the fact, and its field.
    type WrongFactCase = (Event, Event, &'static str);

    fn wrong_facts_of_sources() -> Vec<WrongFactCase> {
        let of_git = |wrong: fn(&mut GitChange), right: fn(&mut GitChange), field| {
            (git(wrong), git(right), field)
        };
        let of_artifact =
            |wrong: fn(&mut ArtifactChange), right: fn(&mut ArtifactChange), field| {
                (artifact(wrong), artifact(right), field)
            };
        vec![
            of_git(|it| it.after = some("main"), |it| it.after = None, "after"),
            of_git(|it| it.before = some(""), |it| it.before = None, "before"),
            of_git(
                |it| it.reference = some("main"),
                |it| it.reference = None,
                "ref",
            ),
            of_artifact(|it| it.digest = some("v1"), |it| it.digest = None, "digest"),
            of_artifact(|it| it.tag = some("a b"), |it| it.tag = None, "tag"),
        ]
    }

    fn wrong_facts_of_others() -> Vec<WrongFactCase> {
        let of_event = |wrong: fn(&mut Event), right: fn(&mut Event), field| {
            (event(wrong), event(right), field)
        };
        let of_request = |wrong: fn(&mut RequestChange), right: fn(&mut RequestChange), field| {
            (request(wrong), request(right), field)
        };
        let of_other = |wrong: fn(&mut OtherChange), right: fn(&mut OtherChange), field| {
            (other(wrong), other(right), field)
        };
        let label = |it: &mut RequestChange| it.labels = Some(texts(&["a", "b\nc"]));
        vec![
            of_event(|it| it.kind = "a\nb".into(), |it| it.kind.clear(), "kind"),
            of_event(
                |it| it.payload = some("[]"),
                |it| it.payload = None,
                "payload",
            ),
            of_request(|it| it.head = some("main"), |it| it.head = None, "head"),
            of_request(|it| it.source = some("a"), |it| it.source = None, "source"),
            of_request(
                |it| it.number = "1\n7".into(),
                |it| it.number.clear(),
                "number",
            ),
            of_request(label, |it| it.labels = None, "labels"),
            of_other(
                |it| it.revision = some("a\nb"),
                |it| it.revision = None,
                "revision",
            ),
            of_other(|it| it.kind = "a\nb".into(), |it| it.kind.clear(), "kind"),
        ]
    }

    #[test]
    fn drops_a_wrong_fact_and_keeps_the_rest() {
        for (mut got, expected, field) in
            [wrong_facts_of_sources(), wrong_facts_of_others()].concat()
        {
            let before = got.clone();
            got.drop_wrong_facts();
            let dropped = std::mem::take(&mut got.dropped);
            let fields: Vec<_> = dropped.iter().map(|fact| fact.field).collect();
            assert_eq!((got, fields), (expected, vec![field]), "{before:?}");
        }
    }

    #[test]
    fn keeps_every_right_fact() {
        for right in [git(|_| ()), artifact(|_| ())] {
            let mut got = right.clone();
            got.drop_wrong_facts();
            assert_eq!(got, right);
        }
    }

    #[test]
    fn checks_the_time_of_the_signature() {
        for (signed_at, dropped) in [("2026-01-02T03:04:05Z", 0), ("yesterday", 1)] {
            let mut told = Acceptance::from(event(|_| ()));
            told.signed_at = Some(signed_at.to_owned());
            told.drop_wrong_facts();
            let got = (told.wrong_facts().count(), told.signed_at.is_none());
            assert_eq!(got, (dropped, dropped > 0), "{signed_at}");
        }
    }

    #[test]
    fn reports_a_limited_number_of_wrong_facts() {
        let mut event = event(|it| {
            let wrong = git(|git| git.after = Some("main".into()));
            it.changes = vec![wrong.changes; 40].concat();
        });
        event.drop_wrong_facts();
        assert_eq!(event.dropped.len(), TOLD);
        let unknown = |change: &Change| matches!(change, Change::Git(git) if git.after.is_none());
        assert!(event.changes.iter().all(unknown));
    }
}
