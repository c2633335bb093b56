mod hostile;
mod row;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use bellpull_core::limits;
use bellpull_registry::ArtefactReference;
use bellpull_sandbox::{Catalog, Grants, LoadedComponent};
use tempfile::TempDir;

use self::hostile::Attack;
use self::row::{CheckRow, ReplayTimes};
use super::offline_setup::OfflineSetup;
use crate::cases::{self, PreparedCase, archive};
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::providers::Loader;
use crate::settings::{CheckArgs, TableFormat};

/// Least and most replays of one case for its percentiles.
const FEWEST_REPLAYS: usize = 20;
const MOST_REPLAYS: usize = 2_000;
/// How long one case is replayed for its percentiles.
const REPLAYING: Duration = Duration::from_millis(500);

pub(crate) fn run(arguments: &CheckArgs) -> Result<Exit> {
    let (component, rows) = OfflineSetup::run(arguments.log_level, replay_all(arguments))?;
    for fact in component.wrong_facts() {
        output::error(&anyhow!("the description: {fact}"));
    }
    if arguments.output == TableFormat::Json {
        output::line(&serde_json::to_string_pretty(&rows)?)?;
    } else {
        print(&rows, arguments.bench)?;
        if arguments.bench {
            output::line(&bounds(arguments, &component))?;
        }
        if arguments.hostile {
            print_notes(&rows)?;
        }
        let (forged, recorded): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| row.forgery.is_some());
        output::line(&summary(&recorded))?;
        if arguments.hostile {
            output::line(&format!("derived from them: {}", summary(&forged)))?;
        }
    }
    let all_passed = rows.iter().all(|row| row.passed);
    let nothing_derived = arguments.hostile
        && rows
            .iter()
            .all(|row| row.forgery.is_none() && row.notes.is_empty());
    if nothing_derived {
        output::note(
            "nothing was derived: --hostile needs a case that is accepted and does not fail",
        );
    }
    Ok(
        if all_passed && !nothing_derived && component.wrong_facts().is_empty() {
            Exit::Success
        } else {
            Exit::Failure
        },
    )
}

async fn replay_all(arguments: &CheckArgs) -> Result<(Arc<LoadedComponent>, Vec<CheckRow>)> {
    let setup = OfflineSetup::with_limits(&arguments.verify, &arguments.cache)?
        .pulling_with(&arguments.registry, &arguments.egress.network)?;
    let (loader, egress) = (setup.loader(), setup.egress());
    // The tag may move between the component and its cases.
    let artefact = loader.pin(&arguments.provider).await?;
    let pinned = artefact.as_ref().map(ToString::to_string);
    let named = pinned.as_deref().unwrap_or(&arguments.provider);
    let component = loader.one(named, &Grants::All).await?;
    let component = Arc::new(component.for_replays());
    let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), &component);
    let mut rows = Vec::new();
    let attached = match arguments.cases.is_empty() {
        true => Some(attached_cases(&arguments.provider, artefact.as_ref(), loader).await?),
        false => None,
    };
    let folders = match &attached {
        Some(folder) => &[folder.path().to_owned()],
        None => arguments.cases.as_slice(),
    };
    for case in cases::find(folders)? {
        drop(component.take_last_lines());
        let prepared = PreparedCase::new(&case, &catalog, egress, limits::MAX_BODY).await?;
        let (result, usage) = prepared.replay(&catalog).await;
        let log = component.take_last_lines();
        let mut row = CheckRow::of_case(&case, (result.clone(), usage), log);
        if arguments.bench && matches!(prepared, PreparedCase::AtComponent(_)) {
            row.bench = Some(bench(&prepared, &catalog).await);
        }
        let mut forged = Vec::new();
        if arguments.hostile {
            let attack = Attack {
                case: &case,
                component: &component,
                catalog: &catalog,
            };
            (forged, row.notes) = attack.run(&prepared, &result).await?;
        }
        rows.push(row);
        rows.append(&mut forged);
    }
    Ok((component, rows))
}

/// A folder with the cases that a component brings.
async fn attached_cases(
    component: &str,
    artefact: Option<&ArtefactReference>,
    loader: &Loader,
) -> Result<TempDir> {
    let archive = match artefact {
        Some(artefact) => archive::attached(loader.registry()?, artefact).await?,
        None => None,
    };
    let Some(archive) = archive else {
        bail!(UsageError(format!(
            "{component} brings no cases: name directories that have some (CASES_DIR)"
        )));
    };
    let folder = tempfile::tempdir().context("a directory for the cases")?;
    archive::unpack(&archive, folder.path()).with_context(|| format!("component {component}"))?;
    Ok(folder)
}

async fn bench(prepared: &PreparedCase, catalog: &Catalog) -> ReplayTimes {
    let mut times = Vec::new();
    let start = Instant::now();
    while times.len() < FEWEST_REPLAYS || times.len() < MOST_REPLAYS && start.elapsed() < REPLAYING
    {
        times.push(prepared.replay(catalog).await.1.time);
    }
    times.sort_unstable();
    let percentile = |share: usize| {
        let time = times.get((times.len() - 1) * share / 100);
        time.map_or(0, Duration::as_micros)
    };
    ReplayTimes {
        replays: times.len(),
        p50_microseconds: percentile(50),
        p99_microseconds: percentile(99),
    }
}

fn print(rows: &[CheckRow], bench: bool) -> Result<()> {
    let mut header = vec!["", "CASE", "EXPECTED", "GOT", "TIME", "MEMORY"];
    if bench {
        header.extend(["P50", "P99", "REPLAYS"]);
    }
    let mut table = output::Table::new(&header);
    for row in rows {
        let mut cells = row.cells();
        if bench {
            let none = ["-", "-", "-"].map(str::to_owned);
            cells.extend(row.bench.as_ref().map_or(none, ReplayTimes::cells));
        }
        table.row(cells);
        for line in row.explanation() {
            table.note(&line);
        }
    }
    Ok(table.print()?)
}

/// Prints each note once, with the cases that it is about.
fn print_notes(rows: &[CheckRow]) -> Result<()> {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in rows {
        for note in &row.notes {
            match notes.iter_mut().find(|(known, _)| known == note) {
                Some((_, cases)) if cases.last() == Some(&row.case.as_str()) => {}
                Some((_, cases)) => cases.push(&row.case),
                None => notes.push((note, vec![&row.case])),
            }
        }
    }
    for (note, cases) in notes {
        let about = match cases.as_slice() {
            [first] => (*first).to_owned(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => continue,
        };
        output::line(&format!("note: {note} ({about})"))?;
    }
    Ok(())
}

fn summary(rows: &[&CheckRow]) -> String {
    let failed = rows.iter().filter(|row| !row.passed).count();
    format!("{} passed, {failed} failed", rows.len() - failed)
}

/// The limits of a server, to compare the figures with.
fn bounds(arguments: &CheckArgs, component: &LoadedComponent) -> String {
    format!(
        "bounds when serving: {:?} a verification (--verify-timeout), {} KiB of memory (class {})",
        arguments.verify.verify_timeout,
        component.class().limits().memory >> 10,
        component.class()
    )
}
