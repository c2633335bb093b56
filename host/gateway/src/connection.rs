use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bellpull_core::limits;
use bellpull_core::ports::{Notify, Targets, Verify};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::Gateway;
use crate::linger::Lingering;
use crate::metrics::Limit;

/// Requests that one HTTP/2 connection may have open.
const STREAMS: u32 = 128;
/// How often a quiet HTTP/2 peer is asked whether it lives.
const PING: Duration = Duration::from_secs(20);

/// Whether a connection is in use.
struct Activity {
    requests: AtomicUsize,
    since: Mutex<Instant>,
    begun: AtomicUsize,
}

/// One request of a connection.
struct Busy(Arc<Activity>);

impl Activity {
    fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.requests.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Returns once nothing has been in hand for `limit`.
    async fn idle(&self, limit: Duration) {
        loop {
            let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
            let busy = self.requests.load(Ordering::Relaxed) > 0;
            let until = if busy { Instant::now() + limit } else { since + limit };
            if !busy && until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self.0.since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves one connection until it ends, is idle for too long, or `closing` says to finish.
pub(crate) async fn serve<V: Verify, T: Targets, N: Notify>(
    stream: TcpStream,
    gateway: Arc<Gateway<V, T, N>>,
    mut closing: watch::Receiver<bool>,
) {
    // Answers are small: waiting to fill a packet would only delay them.
    drop(stream.set_nodelay(true));
    let idle_limit = gateway.settings.header_timeout;
    let activity = Arc::new(Activity {
        requests: AtomicUsize::new(0),
        since: Mutex::new(Instant::now()),
        begun: AtomicUsize::new(0),
    });
    let service = {
        let (gateway, activity) = (Arc::clone(&gateway), Arc::clone(&activity));
        service_fn(move |request| {
            let (gateway, busy) = (Arc::clone(&gateway), activity.begin());
            async move {
                let answer = gateway.handle(request).await;
                drop(busy);
                Ok::<_, Infallible>(answer)
            }
        })
    };
    let builder = builder(idle_limit);
    let connection = builder.serve_connection(TokioIo::new(Lingering::new(stream)), service);
    tokio::pin!(connection);
    let mut finishing = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    count(&gateway, &*error);
                }
                return;
            }
            _ = closing.wait_for(|closing| *closing), if !finishing => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
            // Also bounds the time in which hyper-util tells HTTP/1 from HTTP/2, which it does not.
            () = activity.idle(idle_limit) => {
                if activity.begun.load(Ordering::Relaxed) == 0 {
                    gateway.metrics.limit(Limit::HeaderTimeout);
                }
                return;
            }
        }
    }
}

fn builder(header_timeout: Duration) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(limits::MAX_HEADERS)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits::MAX_HEADERS).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING)
        .keep_alive_timeout(header_timeout);
    builder
}

fn count<V: Verify, T: Targets, N: Notify>(
    gateway: &Gateway<V, T, N>,
    error: &(dyn std::error::Error + Send + Sync + 'static),
) {
    let Some(error) = error.downcast_ref::<hyper::Error>() else { return };
    if error.is_timeout() {
        gateway.metrics.limit(Limit::HeaderTimeout);
    } else if error.is_parse_too_large() {
        gateway.metrics.limit(Limit::HeaderSize);
    }
    // hyper's own words name no header and no path.
    tracing::debug!(%error, "connection ended");
}
