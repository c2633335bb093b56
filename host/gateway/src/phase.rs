use tokio::sync::watch;

/// Where the process is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Serving.
    Serving,
    /// Asked to end: not ready, still serving, then finishing what is in hand.
    Draining,
    /// Asked again: what is in hand is cut.
    Cut,
}

/// Waits until the process is in `phase` or past it; for ever when nobody can say so any more.
pub(crate) async fn reached(phases: &mut watch::Receiver<Phase>, phase: Phase) {
    if phases.wait_for(|now| *now >= phase).await.is_err() {
        std::future::pending::<()>().await;
    }
}
