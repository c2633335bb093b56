use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bellpull_core::limits;
use bellpull_sandbox::{Catalog, Grants, Usage};
use serde::Serialize;

use crate::cases::{self, Case, Replayed};
use crate::exit::Exit;
use crate::providers::Loader;
use crate::settings::{CheckArgs, LogFormat, TableFormat};
use crate::{logs, output};

/// What came of one case, as `-o json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    case: String,
    passed: bool,
    expected: &'static str,
    got: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    microseconds: u128,
    peak_memory_bytes: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<String>,
}

pub(crate) fn run(arguments: &CheckArgs) -> Result<Exit> {
    logs::start(LogFormat::Text, arguments.log_level);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let rows = runtime.block_on(replay_all(arguments))?;
    let failed = rows.iter().filter(|row| !row.passed).count();
    if arguments.output == TableFormat::Json {
        output::line(&serde_json::to_string_pretty(&rows)?)?;
    } else {
        print(&rows)?;
        output::line(&format!("{} passed, {failed} failed", rows.len() - failed))?;
    }
    Ok(if failed == 0 {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn replay_all(arguments: &CheckArgs) -> Result<Vec<Row>> {
    let loader = Loader::new(&arguments.verify, &arguments.cache)?;
    let component = loader.one(&arguments.provider, &Grants::All).await?;
    let catalog = Catalog::of_one(Arc::clone(loader.sandbox()), &component);
    let mut rows = Vec::new();
    for case in cases::find(&arguments.cases)? {
        let (replayed, usage) = cases::run(&case, &catalog, limits::MAX_BODY)
            .await
            .with_context(|| format!("case {}", case.name))?;
        rows.push(row(&case, replayed, usage));
    }
    Ok(rows)
}

fn row(case: &Case, replayed: Replayed, usage: Usage) -> Row {
    let differences = case.expect.differences(&replayed);
    Row {
        case: case.name.clone(),
        passed: differences.is_empty(),
        expected: case.expect.outcome.as_str(),
        got: replayed.outcome.as_str(),
        status: replayed.status,
        reason: replayed.reason,
        microseconds: usage.time.as_micros(),
        peak_memory_bytes: usage.peak_memory,
        differences,
    }
}

fn print(rows: &[Row]) -> Result<()> {
    let mut table = output::Table::new(&["", "CASE", "EXPECTED", "GOT", "TIME", "MEMORY"]);
    for row in rows {
        let time = Duration::from_micros(u64::try_from(row.microseconds).unwrap_or(u64::MAX));
        table.row([
            if row.passed { "ok" } else { "FAIL" }.to_owned(),
            row.case.clone(),
            row.expected.to_owned(),
            row.got.to_owned(),
            format!("{time:?}"),
            format!("{} KiB", row.peak_memory_bytes >> 10),
        ]);
        for difference in &row.differences {
            table.note(format!("     {difference}"));
        }
    }
    Ok(table.print()?)
}
