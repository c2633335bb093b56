use anyhow::Result;

use super::super::Soak;
use crate::serve::binary;

/// SIGTERM, and another process at the same address when the first one has ended.
pub(super) fn terminate(soak: &Soak) -> Result<()> {
    let [_, second] = &soak.replicas;
    second.is_replaced_by(binary())?;
    soak.until_all_notify()
}
