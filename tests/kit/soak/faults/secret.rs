use anyhow::{Context as _, Result};
use bellpull_core::{SecretBytes, Timestamp};
use tokio::runtime::Runtime;

use super::super::Soak;
use super::super::oracle::UNKNOWN;
use super::super::receivers::ROTATED;

/// As the papers have it: both tokens for a while, then the new one alone. A sender that was forgotten
/// goes on with the old one, and is refused.
pub(super) fn rotate(soak: &Soak, runtime: &Runtime) -> Result<()> {
    let mut receivers = soak.receivers.iter();
    let receiver = receivers.find(|one| one.name == ROTATED);
    let receiver = receiver.context("the Receiver whose Secret is rotated")?;
    let old = receiver.token().context("its token")?;
    let new = SecretBytes::new(format!("token-of-{}", Timestamp::now()).into_bytes());
    let [old_path, new_path] = [&old, &new].map(|token| receiver.path(Some(token)));

    soak.site
        .apply(&[receiver.secret(Some(&new), Some(&old))])?;
    soak.until_path(runtime, &new_path, "the new path served", |status| {
        status == 401
    })?;
    receiver.moves_to(new);
    soak.until_notifies(ROTATED)?;
    soak.site.apply(&[receiver.secret(None, None)])?;
    soak.until_path(runtime, &old_path, "the old path gone", |status| {
        status == 404
    })?;
    receiver.is_sent_to_by(old);
    soak.until_more(UNKNOWN)?;
    soak.until_notifies(ROTATED)
}
