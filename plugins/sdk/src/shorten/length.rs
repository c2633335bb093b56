use crate::{ArtifactChange, Change, Event, Paths};

impl Event {
    /// Bytes of all texts of the event.
    pub(super) fn length(&self) -> usize {
        let own = self.kind.len() + some(&[&self.action, &self.payload]);
        own + pairs(&self.extensions) + self.changes.iter().map(Change::length).sum::<usize>()
    }
}

impl Change {
    /// Bytes of all texts of the change.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Git(git) => {
                let named = all(&git.repositories) + some(&[&git.ref_, &git.before, &git.after]);
                match &git.paths {
                    Paths::Unknown => named,
                    Paths::Complete(paths) | Paths::Truncated(paths) => named + all(paths),
                }
            }
            Self::Artifact(artifact) => artifact.length(),
            Self::Request(request) => {
                let (source, target) = (&request.source, &request.target);
                all(&request.repositories)
                    + request.number.len()
                    + some(&[source, target, &request.head, &request.action])
                    + request.labels.as_deref().map_or(0, all)
            }
            Self::Other(other) => {
                all(&other.locations)
                    + other.kind.len()
                    + some(&[&other.name, &other.revision])
                    + pairs(&other.attributes)
            }
        }
    }
}

impl ArtifactChange {
    fn length(&self) -> usize {
        all(&self.repositories) + some(&[&self.tag, &self.digest])
    }
}

fn all(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

pub(super) fn some(texts: &[&Option<String>]) -> usize {
    texts
        .iter()
        .filter_map(|text| text.as_deref())
        .map(str::len)
        .sum()
}

fn pairs(pairs: &[(String, String)]) -> usize {
    let lengths = pairs.iter().map(|(name, text)| name.len() + text.len());
    lengths.sum()
}
