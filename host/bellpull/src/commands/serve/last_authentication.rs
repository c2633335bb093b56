//! How each Receiver authenticated last, kept over a restart.

use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;
use bellpull_engine::Digest;
use bellpull_plan::Remembered;
use serde::{Deserialize, Serialize};
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
}

#[derive(Serialize)]
struct AuthenticationToWrite<'a> {
    receiver: &'a ReceiverId,
    last: &'a Remembered,
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
        }
    }

    /// Empty if the file cannot be read.
    pub(super) fn read(&self) -> LastAuthentications {
        let Some(content) = self.cache.get(&self.file) else {
            return BTreeMap::new();
        };
        match serde_json::from_slice::<Vec<WrittenAuthentication>>(&content) {
            Ok(every) => every
                .into_iter()
                .map(|one| (one.receiver, Arc::new(one.last)))
                .collect(),
            Err(error) => {
                tracing::warn!(%error, "how Receivers authenticated last cannot be read");
                BTreeMap::new()
            }
        }
    }

    fn write(&self, every: &LastAuthentications) {
        let rows: Vec<AuthenticationToWrite<'_>> = every
            .iter()
            .map(|(receiver, last)| AuthenticationToWrite { receiver, last })
            .collect();
        match serde_json::to_vec(&rows) {
            Ok(content) => self.cache.put(&self.file, &content),
            Err(error) => tracing::warn!(%error, "not writing how Receivers authenticate"),
        }
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

    #[test]
    fn the_oldest_places_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        };
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
