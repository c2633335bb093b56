//! How each Receiver authenticated last, kept over a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::ReceiverId;
use bellpull_engine::Digest;
use bellpull_plan::Remembered;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::cache::{Cache, CacheBound, CacheFolder};
use crate::settings::CacheArgs;

/// Holds one file for each directory or cluster. The file of one that is no longer served is removed
/// in the end.
const BINDINGS: CacheFolder = CacheFolder {
    name: "bindings",
    bound: CacheBound {
        bytes: 64 << 20,
        files: 256,
        endings: &[".json"],
    },
};

pub(super) type LastAuthentications = BTreeMap<ReceiverId, Arc<Remembered>>;

/// The file of one directory or cluster. It is kept under a MAC beside the compiled components, since
/// others can rewrite a status.
pub(super) struct LastAuthenticationStore {
    cache: Cache,
    file: String,
    /// Rows that another version of Bellpull has written, and this one cannot read. They stay until
    /// their Receivers are written.
    unread: Mutex<Vec<(ReceiverId, Value)>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AuthenticationToWrite<'a> {
    Known {
        receiver: &'a ReceiverId,
        last: &'a Remembered,
    },
    Unread(&'a Value),
}

#[derive(Deserialize)]
struct WrittenAuthentication {
    receiver: ReceiverId,
    last: Remembered,
}

impl LastAuthenticationStore {
    /// `place` is a directory's path or a cluster's address.
    pub(super) fn new(arguments: &CacheArgs, place: &str) -> Self {
        let digest = Digest::of(place.as_bytes()).to_string().replace(':', "-");
        Self {
            cache: Cache::open(arguments, &BINDINGS),
            file: format!("{digest}.json"),
            unread: Mutex::default(),
        }
    }

    /// Without what cannot be read, which another version of Bellpull may have written.
    pub(super) fn read(&self) -> LastAuthentications {
        let Some(content) = self.cache.get(&self.file) else {
            return BTreeMap::new();
        };
        let rows: Vec<Value> = serde_json::from_slice(&content).unwrap_or_else(|error| {
            tracing::warn!(%error, "how Receivers authenticated last cannot be read");
            Vec::new()
        });
        let mut every = LastAuthentications::new();
        let mut unread = Vec::new();
        for row in rows {
            match WrittenAuthentication::deserialize(&row) {
                Ok(one) => drop(every.insert(one.receiver, Arc::new(one.last))),
                Err(error) => {
                    let receiver = row
                        .get("receiver")
                        .and_then(|it| ReceiverId::deserialize(it).ok());
                    let shown = receiver.as_ref().map(ToString::to_string);
                    tracing::warn!(
                        receiver = shown, %error,
                        "how a Receiver authenticated last cannot be read"
                    );
                    unread.extend(receiver.map(|receiver| (receiver, row)));
                }
            }
        }
        *self.unread() = unread;
        every
    }

    fn write(&self, every: &LastAuthentications) {
        let mut unread = self.unread();
        unread.retain(|(receiver, _)| !every.contains_key(receiver));
        let known = every
            .iter()
            .map(|(receiver, last)| AuthenticationToWrite::Known { receiver, last });
        let unread = unread
            .iter()
            .map(|(_, row)| AuthenticationToWrite::Unread(row));
        let rows: Vec<AuthenticationToWrite<'_>> = known.chain(unread).collect();
        match serde_json::to_vec(&rows) {
            Ok(content) => self.cache.put(&self.file, &content),
            Err(error) => tracing::warn!(%error, "not writing how Receivers authenticate"),
        }
    }

    fn unread(&self) -> MutexGuard<'_, Vec<(ReceiverId, Value)>> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes each value that is sent, in a task of its own, so that a slow disk holds up no
    /// publication.
    pub(super) fn write_in_background(
        self,
    ) -> (watch::Sender<Arc<LastAuthentications>>, JoinHandle<()>) {
        let (sender, mut changes) = watch::channel(Arc::default());
        let store = Arc::new(self);
        let writer = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                let every: Arc<LastAuthentications> = Arc::clone(&changes.borrow_and_update());
                let store = Arc::clone(&store);
                // After a panic the next change is written.
                drop(spawn_blocking(move || store.write(&every)).await);
            }
        });
        (sender, writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments(folder: &tempfile::TempDir) -> CacheArgs {
        CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        }
    }

    #[test]
    fn what_a_newer_version_has_written_is_read_as_far_as_it_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let store = LastAuthenticationStore::new(&arguments(&folder), "https://cluster.example");
        let row = |name: &str, authentication: &str| {
            json!({
                "receiver": {"namespace": "apps", "name": name},
                "last": {
                    "provider": "github", "component": "sha256:1", "since": "later",
                    "strength": {
                        "authentication": authentication, "proving": ["token"], "issuers": [],
                        "parsesBeforeVerify": false, "quorum": 2,
                    },
                },
                "by": "a newer version",
            })
        };
        let rows = json!([row("known", "signature"), row("unknown", "oath")]);
        store.cache.put(&store.file, rows.to_string().as_bytes());
        let read = store.read();
        let receivers: Vec<&str> = read.keys().map(|id| id.name.as_str()).collect();
        assert_eq!(receivers, ["known"]);
        let strength = serde_json::to_value(&read.values().next().unwrap().strength).unwrap();
        let expected = json!({
            "authentication": "signature", "proving": ["token"], "issuers": [], "parsesBeforeVerify": false,
        });
        assert_eq!(strength, expected);

        // It is there for the newer version again, until this one knows how its Receiver authenticates.
        let written = |every: &LastAuthentications| {
            store.write(every);
            let content = store.cache.get(&store.file).unwrap();
            let rows: Vec<Value> = serde_json::from_slice(&content).unwrap();
            let unread = rows
                .iter()
                .filter(|row| row["receiver"]["name"] == "unknown");
            let unread: Vec<Value> = unread
                .map(|row| row["last"]["strength"]["authentication"].clone())
                .collect();
            (rows.len(), unread)
        };
        assert_eq!(written(&read), (2, vec![json!("oath")]));
        let last = Arc::clone(read.values().next().unwrap());
        let of_both = [
            read.keys().next().unwrap().clone(),
            ReceiverId::new("apps", "unknown"),
        ];
        let of_both = of_both.map(|id| (id, Arc::clone(&last))).into();
        assert_eq!(written(&of_both), (2, vec![json!("signature")]));
    }

    #[test]
    fn the_oldest_places_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = arguments(&folder);
        let most = BINDINGS.bound.files;
        for place in 0..most + 10 {
            LastAuthenticationStore::new(&arguments, &place.to_string()).write(&BTreeMap::new());
        }
        let kept = Cache::open(&arguments, &BINDINGS).names(".json");
        assert_eq!(kept.len(), most);
        let last = LastAuthenticationStore::new(&arguments, &(most + 9).to_string());
        assert!(
            kept.contains(&last.file),
            "{} is not among {kept:?}",
            last.file
        );
    }
}
