use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

use crate::api_error;

/// Delays between attempts. An API server that has too much to do, or prepares a kind that was just
/// defined, is ready within seconds.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(Duration::from_secs(2))
    .with_max_times(5)
    .with_jitter();

/// Asks again while the API server says that it cannot answer now (429 or 503), as kubectl does.
pub(super) async fn ask<T, F>(request: impl FnMut() -> F) -> Result<T, kube::Error>
where
    F: Future<Output = Result<T, kube::Error>>,
{
    let passes = |error: &kube::Error| matches!(api_error::status(error), Some(429 | 503));
    request.retry(RETRY).when(passes).await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use kube::core::Status;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_asked_again_and_a_refusal_is_not() {
        for (code, asked, answered) in [(429, 3, true), (503, 3, true), (403, 1, false)] {
            let count = Cell::new(0);
            let request = || {
                count.set(count.get() + 1);
                let now = count.get();
                async move {
                    match now {
                        3 => Ok(()),
                        _ => Err(kube::Error::Api(Box::new(Status {
                            code,
                            ..Status::default()
                        }))),
                    }
                }
            };
            assert_eq!(ask(request).await.is_ok(), answered, "{code}");
            assert_eq!(count.get(), asked, "{code}");
        }
    }
}
