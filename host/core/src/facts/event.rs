//! The facts of an event, each held against its field.

use super::{Fact, WrongFact};
use crate::{Acceptance, ArtifactChange, Change, Event, GitChange, OtherChange, RequestChange};

/// Facts of one event that are told to be wrong.
const TOLD: usize = 16;

impl Acceptance {
    /// Drops of every event, and of the delivery, what is not what its field says: see
    /// [`Event::drop_wrong_facts`].
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
    /// Drops what is not what its field says: it is unknown then. What of it is told stands in
    /// [`Event::dropped`].
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
        // One label that is unknown leaves open which there are.
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

    #[test]
    fn what_is_wrong_is_unknown_and_the_rest_stays() {
        let some = |text: &str| Some(text.to_owned());
        let table = [
            (git(|_| ()), git(|_| ()), &[] as &[&str]),
            (artifact(|_| ()), artifact(|_| ()), &[]),
            (
                git(|it| it.after = some("main")),
                git(|it| it.after = None),
                &["after"],
            ),
            (
                git(|it| it.before = some("")),
                git(|it| it.before = None),
                &["before"],
            ),
            (
                git(|it| it.reference = some("main")),
                git(|it| it.reference = None),
                &["ref"],
            ),
            (
                artifact(|it| it.digest = some("v1")),
                artifact(|it| it.digest = None),
                &["digest"],
            ),
            (
                artifact(|it| it.tag = some("a b")),
                artifact(|it| it.tag = None),
                &["tag"],
            ),
            (
                event(|it| it.kind = "a\nb".into()),
                event(|it| it.kind.clear()),
                &["kind"],
            ),
            (
                event(|it| it.payload = some("[]")),
                event(|it| it.payload = None),
                &["payload"],
            ),
            (
                request(|it| it.head = some("main")),
                request(|it| it.head = None),
                &["head"],
            ),
            (
                request(|it| it.source = some("feature")),
                request(|it| it.source = None),
                &["source"],
            ),
            (
                request(|it| it.number = "1\n7".into()),
                request(|it| it.number.clear()),
                &["number"],
            ),
            (
                request(|it| it.labels = Some(texts(&["a", "b\nc"]))),
                request(|it| it.labels = None),
                &["labels"],
            ),
            (
                other(|it| it.revision = some("a\nb")),
                other(|it| it.revision = None),
                &["revision"],
            ),
            (
                other(|it| it.kind = "a\nb".into()),
                other(|it| it.kind.clear()),
                &["kind"],
            ),
        ];
        for (mut got, expected, fields) in table {
            let before = got.clone();
            got.drop_wrong_facts();
            let dropped = std::mem::take(&mut got.dropped);
            let dropped: Vec<_> = dropped.iter().map(|fact| fact.field).collect();
            assert_eq!((got, dropped), (expected, fields.to_vec()), "{before:?}");
        }
    }

    #[test]
    fn the_time_of_a_delivery_is_a_fact_too() {
        for (signed_at, dropped) in [("2026-01-02T03:04:05Z", 0), ("yesterday", 1)] {
            let mut told = Acceptance::from(event(|_| ()));
            told.signed_at = Some(signed_at.to_owned());
            told.drop_wrong_facts();
            let got = (told.wrong_facts().count(), told.signed_at.is_none());
            assert_eq!(got, (dropped, dropped > 0), "{signed_at}");
        }
    }

    #[test]
    fn no_more_is_told_than_somebody_reads() {
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
