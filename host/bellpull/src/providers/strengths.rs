use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;
use bellpull_engine::Digest;
use bellpull_plan::Remembered;
use serde::{Deserialize, Serialize};

use super::cache::{Cache, Kind};
use super::prune::Bound;
use crate::settings::CacheArgs;

/// One file for each place. A place that was left is forgotten in the end, with its Receivers.
const BINDINGS: Kind = Kind {
    folder: "bindings",
    bound: Bound {
        bytes: 64 << 20,
        files: 256,
        endings: &[".json"],
    },
};

/// How the Receivers of one place authenticated last, kept under a MAC beside the compiled
/// components: a status may be rewritten by others.
pub(crate) struct Strengths {
    cache: Cache,
    file: String,
}

#[derive(Serialize)]
struct Written<'a> {
    receiver: &'a ReceiverId,
    last: &'a Remembered,
}

#[derive(Deserialize)]
struct Read {
    receiver: ReceiverId,
    last: Remembered,
}

impl Strengths {
    /// Those of a place: a directory, or a cluster.
    pub(crate) fn new(arguments: &CacheArgs, place: &str) -> Self {
        let digest = Digest::of(place.as_bytes()).to_string().replace(':', "-");
        Self {
            cache: Cache::of(arguments, &BINDINGS),
            file: format!("{digest}.json"),
        }
    }

    /// What was written last; nothing where it cannot be read.
    pub(crate) fn read(&self) -> BTreeMap<ReceiverId, Arc<Remembered>> {
        let Some(content) = self.cache.get_file(&self.file) else {
            return BTreeMap::new();
        };
        match serde_json::from_slice::<Vec<Read>>(&content) {
            Ok(every) => every
                .into_iter()
                .map(|one| (one.receiver, Arc::new(one.last)))
                .collect(),
            Err(error) => {
                tracing::warn!(%error, "how Receivers authenticated last is not known any more");
                BTreeMap::new()
            }
        }
    }

    /// Writes what is to be read after a restart.
    pub(crate) fn write(&self, every: &BTreeMap<ReceiverId, Arc<Remembered>>) {
        let rows: Vec<Written<'_>> = every
            .iter()
            .map(|(receiver, last)| Written { receiver, last })
            .collect();
        match serde_json::to_vec(&rows) {
            Ok(content) => self.cache.put_file(&self.file, &content),
            Err(error) => tracing::warn!(%error, "not writing how Receivers authenticate"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_were_left_are_forgotten_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = CacheArgs {
            cache_dir: Some(folder.path().to_owned()),
            ..CacheArgs::default()
        };
        let most = BINDINGS.bound.files;
        for place in 0..most + 10 {
            Strengths::new(&arguments, &place.to_string()).write(&BTreeMap::new());
        }
        let kept = Cache::of(&arguments, &BINDINGS).names(".json");
        assert_eq!(kept.len(), most);
        let last = Strengths::new(&arguments, &(most + 9).to_string());
        assert!(
            kept.contains(&last.file),
            "{} is not among {kept:?}",
            last.file
        );
    }
}
