use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use tokio::runtime::{Builder, Runtime};

/// Ticks that a guest may compute on a serving thread. A well-behaved one needs none.
const QUICK_POLLS: u32 = 2;

/// A guest's run that can move between threads.
type Run<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where guests go that take longer than a tick or two. A serving thread looks for new requests
/// only between many polls, so guests that fill each poll would keep everyone waiting; here the
/// operating system shares the processor between them and the serving threads.
pub(crate) struct SlowLane(Option<Runtime>);

impl SlowLane {
    pub(crate) fn new() -> io::Result<Self> {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("slow-guests")
            .enable_time()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }

    /// Runs here while it is quick, and there once it is not. `None` when the run was lost.
    pub(crate) async fn run<T: Send + 'static>(&self, mut run: Run<T>) -> Option<T> {
        let mut polls = 0;
        let quick = poll_fn(|context| match run.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => {
                polls += 1;
                if polls > QUICK_POLLS {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        })
        .await;
        match (quick, &self.0) {
            (Some(value), _) => Some(value),
            (None, Some(runtime)) => runtime.spawn(run).await.ok(),
            (None, None) => None,
        }
    }
}

impl Drop for SlowLane {
    fn drop(&mut self) {
        // A runtime that is dropped in the usual way blocks, which an async context forbids.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
