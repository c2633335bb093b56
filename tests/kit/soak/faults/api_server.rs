use anyhow::Result;

use super::super::Soak;
use super::super::oracle::FAILED;

/// The attempts that came to nothing.
const FAILED_ATTEMPTS: &str = "bellpull_notifications_total{result=\"failed\"}";

/// Its connections break and new ones are refused.
pub(super) fn kill(soak: &Soak) -> Result<()> {
    soak.site.plane.kill_api_server();
    let shown = soak.until_more(FAILED);
    soak.site.plane.start_api_server()?;
    shown?;
    soak.until_all_notify()
}

/// It accepts connections and answers nothing, until attempts are given up.
pub(super) fn freeze(soak: &Soak) -> Result<()> {
    let attempts = || {
        soak.replicas
            .each_ref()
            .map(|replica| replica.series(FAILED_ATTEMPTS))
    };
    let before = attempts();
    soak.site.plane.pause_api_server()?;
    let shown = soak.until("attempts given up at each replica", || {
        attempts()
            .iter()
            .zip(before)
            .all(|(now, before)| *now > before)
    });
    soak.site.plane.resume_api_server()?;
    shown?;
    soak.until_all_notify()
}
