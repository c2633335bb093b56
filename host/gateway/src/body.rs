use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that one permit stands for: a semaphore counts to half a billion on small machines.
const UNIT: usize = 1 << 10;

/// Memory for all bodies together.
#[derive(Clone)]
pub(crate) struct BodyMemory {
    units: Arc<Semaphore>,
    all: usize,
    gauge: Gauge,
}

/// The part of it that one body may fill.
pub(crate) struct Reserved {
    _permit: OwnedSemaphorePermit,
    bytes: i64,
    gauge: Gauge,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.gauge.dec_by(self.bytes);
    }
}

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    TimedOut,
    BrokenOff,
}

impl BodyMemory {
    /// Room for `bytes`, and for one body of the largest size at least.
    pub(crate) fn new(bytes: usize, max_body: usize, gauge: Gauge) -> Self {
        let all = bytes.max(max_body).div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(all)), all, gauge }
    }

    /// Reserves all that a body may need at once: who held a part and waited for more would keep
    /// everyone waiting.
    pub(crate) async fn reserve(&self, bytes: usize, patience: Duration) -> Option<Reserved> {
        let units = u32::try_from(bytes.div_ceil(UNIT).min(self.all)).ok()?;
        let acquire = Arc::clone(&self.units).acquire_many_owned(units);
        let permit = tokio::time::timeout(patience, acquire).await.ok()?.ok()?;
        let bytes = i64::from(units) * UNIT as i64;
        self.gauge.inc_by(bytes);
        Some(Reserved { _permit: permit, bytes, gauge: self.gauge.clone() })
    }
}

/// How long the body says it is; `None` when it comes in chunks.
pub(crate) fn announced(body: &Incoming) -> Option<u64> {
    body.size_hint().exact()
}

/// The whole body.
pub(crate) async fn read(body: Incoming, max: usize, within: Duration) -> Result<Bytes, BodyError> {
    match tokio::time::timeout(within, Limited::new(body, max).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Ok(Err(_)) => Err(BodyError::BrokenOff),
        Err(_) => Err(BodyError::TimedOut),
    }
}
