use anyhow::{Context as _, Result};
use bellpull_gateway::Phase;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Turns signals into phases: the first drains, the second cuts the drain short.
pub(super) fn watch(phase: watch::Sender<Phase>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("watching for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("watching for SIGINT")?;
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("draining; a second signal ends at once");
        phase.send_replace(Phase::Draining);
        either(&mut terminate, &mut interrupt).await;
        tracing::warn!("ending at once");
        phase.send_replace(Phase::Cut);
        // Dropping the sender would read as "no phase will ever come".
        std::future::pending::<()>().await;
    });
    Ok(())
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
