use anyhow::{Context as _, Result};
use bellpull_gateway::Shutdown;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The first signal drains, the second one ends at once.
pub(super) fn watch(shutdown: watch::Sender<Shutdown>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("watching for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("watching for SIGINT")?;
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("draining; a second signal ends at once");
        shutdown.send_replace(Shutdown::Drain);
        either(&mut terminate, &mut interrupt).await;
        tracing::warn!("ending at once");
        shutdown.send_replace(Shutdown::Cut);
        // If the sender were dropped, the receivers would drain.
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
