use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tokio::runtime::Runtime;

use super::super::Soak;
use super::Struck;

/// Both files are exchanged by one rename.
pub(super) fn renew_certificate(soak: &Soak, runtime: &Runtime) -> Result<()> {
    let renewed = soak.site.certificates.renew()?;
    soak.until("the new certificate shown", || {
        let mut replicas = soak.replicas.iter();
        replicas.all(|replica| {
            let address = replica.in_rotation();
            address.is_some_and(|address| {
                let shown = runtime.block_on(replica.connections.shown(address));
                shown.is_ok_and(|shown| shown == renewed)
            })
        })
    })
}

const DROPPED: &str = "bellpull_records_dropped_total{reason=\"full\"}";
const STORED: &str = "bellpull_records_stored_total";

/// A replica whose database is at its bound needs no room: it deletes as much as it writes. It has shown so
/// after so many records.
const WITHOUT_ROOM: u64 = 500;

/// The file system of the records of each replica has no room left.
pub(super) fn fill_records(soak: &Soak) -> Result<Struck> {
    let fillers = soak
        .replicas
        .each_ref()
        .map(|replica| replica.beside_records());
    let [Some(first), Some(second)] = fillers else {
        return Ok(Struck::NotPossible("no file system may be mounted"));
    };
    let counts = |name| soak.replicas.each_ref().map(|replica| replica.series(name));
    let grown = |name: &'static str, before: [u64; 2], by: u64| {
        move || {
            let [first, second] = counts(name);
            [first > before[0] + by, second > before[1] + by]
        }
    };
    let dropped = grown(DROPPED, counts(DROPPED), 0);
    for filler in [&first, &second] {
        fill(filler).with_context(|| filler.display().to_string())?;
    }
    let needs_none = grown(STORED, counts(STORED), WITHOUT_ROOM);
    let shown = soak.until("records dropped", || {
        let (dropped, needs_none) = (dropped(), needs_none());
        dropped.iter().zip(needs_none).all(|(is, or)| *is || or)
    });
    for filler in [&first, &second] {
        fs::remove_file(filler)?;
    }
    shown?;
    let stored = grown(STORED, counts(STORED), 0);
    soak.until("records stored", || stored() == [true; 2])?;
    Ok(Struck::Passed)
}

/// Writes until there is no room.
fn fill(filler: &Path) -> Result<()> {
    let mut file = File::create(filler)?;
    // As little as a page, so that nothing is left.
    let page = [0; 4096];
    let mut written = 0_u64;
    loop {
        match file.write_all(&page) {
            Ok(()) => written += 1,
            Err(error) if error.kind() == ErrorKind::StorageFull => break,
            Err(error) => return Err(error.into()),
        }
        ensure!(written < 1 << 16, "it takes whatever is written");
    }
    Ok(())
}
