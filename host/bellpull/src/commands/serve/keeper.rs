use std::collections::BTreeMap;
use std::sync::Arc;

use bellpull_core::ReceiverId;
use bellpull_plan::Remembered;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::providers::Strengths;

/// How every Receiver authenticated last.
pub(super) type Every = BTreeMap<ReceiverId, Arc<Remembered>>;

/// Writes what it is told, aside: a disk that is slow holds up no publication.
pub(super) fn keep(strengths: Strengths) -> (watch::Sender<Arc<Every>>, JoinHandle<()>) {
    let (tell, mut told) = watch::channel(Arc::default());
    let strengths = Arc::new(strengths);
    let keeping = tokio::spawn(async move {
        while told.changed().await.is_ok() {
            let every: Arc<Every> = Arc::clone(&told.borrow_and_update());
            let strengths = Arc::clone(&strengths);
            // What panics there is not written, and the next change is.
            drop(spawn_blocking(move || strengths.write(&every)).await);
        }
    });
    (tell, keeping)
}
