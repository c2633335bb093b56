use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use bellpull_core::{IgnoreClass, Usage, limits};
use bellpull_sandbox::{Catalog, Grants, LoadedComponent};
use serde::Serialize;

use super::offline_setup::OfflineSetup;
use crate::cases::{self, Case, CaseResult, PreparedCase};
use crate::exit::Exit;
use crate::output;
use crate::settings::{CheckArgs, TableFormat};

/// Least and most replays of one case for its percentiles.
const FEWEST_REPLAYS: usize = 20;
const MOST_REPLAYS: usize = 2_000;
/// How long one case is replayed for its percentiles.
const REPLAYING: Duration = Duration::from_millis(500);

/// The result of one case, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckRow {
    case: String,
    passed: bool,
    expected: &'static str,
    got: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<IgnoreClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    microseconds: u128,
    peak_memory_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    bench: Option<ReplayTimes>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReplayTimes {
    replays: usize,
    p50_microseconds: u128,
    p99_microseconds: u128,
}

pub(crate) fn run(arguments: &CheckArgs) -> Result<Exit> {
    let (component, rows) = OfflineSetup::run(arguments.log_level, replay_all(arguments))?;
    let failed = rows.iter().filter(|row| !row.passed).count();
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
        output::line(&format!("{} passed, {failed} failed", rows.len() - failed))?;
    }
    Ok(if failed == 0 && component.wrong_facts().is_empty() {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn replay_all(arguments: &CheckArgs) -> Result<(Arc<LoadedComponent>, Vec<CheckRow>)> {
    let setup = OfflineSetup::with_limits(&arguments.verify, &arguments.cache)?;
    let (loader, egress) = (setup.loader(), setup.egress());
    let component = loader.one(&arguments.provider, &Grants::All).await?;
    let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), &component);
    let mut rows = Vec::new();
    for case in cases::find(&arguments.cases)? {
        let prepared = PreparedCase::new(&case, &catalog, egress, limits::MAX_BODY).await?;
        let (result, usage) = prepared.replay(&catalog).await;
        let mut row = row(&case, result, usage);
        if arguments.bench && matches!(prepared, PreparedCase::AtComponent(_)) {
            row.bench = Some(bench(&prepared, &catalog).await);
        }
        rows.push(row);
    }
    Ok((component, rows))
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

fn row(case: &Case, result: CaseResult, usage: Usage) -> CheckRow {
    let differences = case.expect.differences(&result);
    CheckRow {
        case: case.name.clone(),
        passed: differences.is_empty(),
        expected: case.expect.outcome.as_str(),
        got: result.outcome.as_str(),
        status: result.status,
        class: result.class,
        reason: result.reason,
        microseconds: usage.time.as_micros(),
        peak_memory_bytes: usage.peak_memory,
        bench: None,
        differences,
    }
}

fn print(rows: &[CheckRow], bench: bool) -> Result<()> {
    let mut header = vec!["", "CASE", "EXPECTED", "GOT", "TIME", "MEMORY"];
    if bench {
        header.extend(["P50", "P99", "REPLAYS"]);
    }
    let mut table = output::Table::new(&header);
    for row in rows {
        let mut cells = vec![
            if row.passed { "ok" } else { "FAIL" }.to_owned(),
            row.case.clone(),
            row.expected.to_owned(),
            row.got.to_owned(),
            shown(row.microseconds),
            format!("{} KiB", row.peak_memory_bytes >> 10),
        ];
        if bench {
            cells.extend(row.bench.as_ref().map_or_else(
                || ["-".to_owned(), "-".to_owned(), "-".to_owned()],
                |bench| {
                    [
                        shown(bench.p50_microseconds),
                        shown(bench.p99_microseconds),
                        bench.replays.to_string(),
                    ]
                },
            ));
        }
        table.row(cells);
        for difference in &row.differences {
            table.note(&format!("     {difference}"));
        }
    }
    Ok(table.print()?)
}

fn shown(microseconds: u128) -> String {
    let time = Duration::from_micros(u64::try_from(microseconds).unwrap_or(u64::MAX));
    format!("{time:?}")
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
