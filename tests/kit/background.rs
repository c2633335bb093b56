//! A server on a thread of its own.

use std::net::TcpListener as StdListener;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running server. It ends with the value.
pub(crate) struct Background {
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Background {
    /// Serves the connections of `listener`.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub(crate) fn start<F>(
        name: &str,
        listener: StdListener,
        serve: impl FnOnce(TcpListener) -> F + Send + 'static,
    ) -> Result<Self>
    where
        F: Future<Output = ()>,
    {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let listener = TcpListener::from_std(listener).expect("a listener");
                    tokio::select! {
                        () = serve(listener) => {}
                        _ = stopped => {}
                    }
                });
            })
            .context("a thread")?;
        Ok(Self {
            running: Some((stop, thread)),
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // It may have ended by itself.
            let _ended = stop.send(());
            thread.join().expect("the server has not panicked");
        }
    }
}
