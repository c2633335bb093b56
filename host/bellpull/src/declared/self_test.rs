//! Replays the cases that an author has attached to a component.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use bellpull_core::limits;
use bellpull_core::text::printable;
use bellpull_sandbox::{Catalog, Grants};
use bellpull_trust::{PluginProblem, PluginReason};
use tokio::time::timeout;

use crate::cases::{self, Case, PreparedCase, archive};
use crate::egress::RecordedEgress;
use crate::providers::Loader;
use crate::settings::{CacheArgs, VerifyArgs};

/// How long all cases may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many failed cases are named, and the longest reason, bytes.
const NAMED: usize = 4;
const MAX_REASON: usize = 1 << 10;
/// Memory of the guests of a self-test, bytes: one of each class at a time.
const GUESTS: usize = 64 << 20;

/// Replays the cases of an archive with a component, in a sandbox of their own that reaches no network.
pub(super) async fn run(
    cases: Option<&[u8]>,
    wasm: &[u8],
    cache: &CacheArgs,
) -> Result<(), PluginProblem> {
    let failed = |reason: &str| {
        let reason = printable(reason, MAX_REASON);
        PluginProblem::new(PluginReason::SelfTestFailed, reason)
    };
    let Some(cases) = cases else {
        return Err(failed(
            "selfTest is true, and no cases are attached to the artefact",
        ));
    };
    match timeout(PATIENCE, replay(cases, wasm, cache)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(failed(&format!("{error:#}"))),
        Err(_) => Err(failed(&format!(
            "the attached cases take over {} s",
            PATIENCE.as_secs()
        ))),
    }
}

async fn replay(archive: &[u8], wasm: &[u8], cache: &CacheArgs) -> Result<()> {
    let egress = Arc::new(RecordedEgress::new());
    let verify = VerifyArgs {
        max_guest_memory: Some(GUESTS),
        ..VerifyArgs::default()
    };
    let loader = Loader::with_egress(&verify, cache, Arc::clone(&egress) as _)?;
    let component = loader.load(wasm, &Grants::All).await?;
    let component = Arc::new(component.for_replays());
    let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), &component);
    let scratch = tempfile::tempdir()?;
    // Cases are named by the folder that holds them.
    let folder = scratch.path().join("cases");
    std::fs::create_dir(&folder)?;
    archive::unpack(archive, &folder)?;
    let folders = cases::find_folders(&[folder])?;
    let (mut failed, mut named) = (0, Vec::new());
    // One at a time: nobody vouches for the size of their bodies.
    for folder in &folders {
        let case = Case::load(folder)?;
        let prepared = PreparedCase::new(&case, &catalog, &egress, limits::MAX_BODY).await?;
        let (result, _) = prepared.replay(&catalog).await;
        if !case.expect.differences(&result).is_empty() {
            failed += 1;
            if named.len() < NAMED {
                named.push(case.name);
            }
        }
    }
    if failed > 0 {
        bail!(
            "{failed} of its {} attached cases fail: {}",
            folders.len(),
            named.join(", ")
        );
    }
    Ok(())
}
