use anyhow::Result;

use super::super::Soak;
use super::super::receivers::PLUGIN;
use super::super::site::VERSIONS;

/// The second version, the first one, and the second one again.
pub(super) fn exchange(soak: &Soak) -> Result<()> {
    soak.site.roll_back(true)?;
    soak.until_plugin(VERSIONS[0], "serving")?;
    soak.until_notifies(PLUGIN)?;
    soak.site.roll_back(false)?;
    soak.until_plugin(VERSIONS[1], "serving")?;
    soak.until_notifies(PLUGIN)
}

/// The plugin is asked for while nobody answers, and the last good version serves on.
pub(super) fn stop_registry(soak: &Soak) -> Result<()> {
    soak.site.registry.stop();
    soak.site.ring_plugin()?;
    soak.until_plugin(VERSIONS[1], "outdated")?;
    soak.until_notifies(PLUGIN)?;
    soak.site.registry.resume()?;
    soak.site.ring_plugin()?;
    soak.until_plugin(VERSIONS[1], "serving")?;
    soak.until_notifies(PLUGIN)
}
