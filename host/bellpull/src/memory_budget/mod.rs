//! How `serve` divides its memory between its parts.

mod limit;

use std::fmt::Write as _;

use bellpull_core::limits;

use crate::declared::PULLS_AT_ONCE;
use crate::exit::UsageError;
use crate::providers::MAX_WASM;
use crate::settings::ServeArgs;
pub(crate) use limit::MemoryLimit;

/// `serve` does not start in a control group with less than this: the sum of what the parts need at
/// least.
const FLOOR: usize = 320 << 20;

/// A part of the process that takes memory. All sizes are bytes.
struct BudgetPart {
    name: &'static str,
    /// The flag that sets its size.
    flag: Option<&'static str>,
    /// Its size if there is enough memory.
    full: usize,
    /// Without this much it does not work.
    least: usize,
    /// Its weight when memory beyond the least of all parts is shared out. Zero: its size is fixed.
    shares: usize,
    /// The size that its flag asks for.
    asked: Option<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MemoryBudget {
    limit: MemoryLimit,
    rows: Vec<BudgetRow>,
}

/// What one part gets.
#[derive(Debug, PartialEq, Eq)]
struct BudgetRow {
    name: &'static str,
    bytes: usize,
    asked: bool,
}

const PROGRAM: &str = "program and objects";
const CONNECTIONS: &str = "connections";
const FILTERS: &str = "filters";
const BODIES: &str = "bodies";
const GUESTS: &str = "guests";
const COMPILE: &str = "compile";
const PULLS: &str = "pulls";
const SOURCES: &str = "sources";
const RECORDS: &str = "records";
const DATABASE: &str = "records database";
const TRACES: &str = "traces";

/// There is a part for whatever takes memory that tenants, plugins or senders decide about.
fn parts(arguments: &ServeArgs, limit: usize) -> Vec<BudgetPart> {
    // Twice the largest body, since one Receiver gets little more than half of it.
    let least_bodies = arguments.max_body.saturating_mul(2).max(16 << 20);
    let mut parts = vec![
        BudgetPart {
            name: PROGRAM,
            flag: None,
            full: (48 << 20) + (limit / 16).min(256 << 20),
            least: (48 << 20) + (limit / 16).min(256 << 20),
            shares: 0,
            asked: None,
        },
        BudgetPart {
            name: CONNECTIONS,
            flag: Some("--max-connections"),
            full: limits::MAX_CONNECTIONS * connection(arguments),
            least: 20 << 20,
            shares: 1,
            asked: arguments
                .max_connections
                .map(|asked| asked.saturating_mul(connection(arguments))),
        },
        BudgetPart {
            name: FILTERS,
            flag: None,
            full: limits::ALL_COMPILED_EXPRESSIONS,
            least: limits::ALL_COMPILED_EXPRESSIONS,
            shares: 0,
            asked: None,
        },
        BudgetPart {
            name: BODIES,
            flag: Some("--max-bodies-in-flight"),
            full: limits::MAX_BODIES_IN_FLIGHT.max(least_bodies),
            least: least_bodies,
            shares: 1,
            asked: arguments
                .max_bodies_in_flight
                .map(|asked| asked.max(arguments.max_body.saturating_mul(2))),
        },
        BudgetPart {
            name: GUESTS,
            flag: Some("--max-guest-memory"),
            full: limits::MAX_GUEST_MEMORY,
            least: 64 << 20,
            shares: 2,
            asked: arguments.verify.max_guest_memory,
        },
        BudgetPart {
            name: COMPILE,
            flag: Some("--compile-memory"),
            full: limits::COMPILE_MEMORY,
            least: 64 << 20,
            shares: 1,
            asked: arguments.cache.compile_memory,
        },
        pulls(arguments, limit),
    ];
    let optional = [sources, records, database, traces];
    parts.extend(optional.into_iter().filter_map(|part| part(arguments)));
    parts
}

/// One connection, in bytes.
fn connection(arguments: &ServeArgs) -> usize {
    let tls = arguments.tls.is_on().then_some(limits::TLS_SESSION);
    limits::CONNECTION + tls.unwrap_or(0)
}

/// What is pulled for ReceiverPlugins.
fn pulls(arguments: &ServeArgs, limit: usize) -> BudgetPart {
    let pulls = (limit / 32).clamp(16 << 20, MAX_WASM * PULLS_AT_ONCE);
    BudgetPart {
        name: PULLS,
        flag: Some("--max-plugin-size"),
        full: pulls,
        least: pulls,
        shares: 0,
        asked: arguments
            .max_plugin_size
            .map(|asked| asked.min(MAX_WASM).saturating_mul(PULLS_AT_ONCE)),
    }
}

/// What is known of the senders of deliveries that prove nothing, if their number is limited.
fn sources(arguments: &ServeArgs) -> Option<BudgetPart> {
    let bytes = limits::LIMITED_SOURCES * limits::LIMITED_SOURCE;
    arguments.unproven_per_minute().map(|_| BudgetPart {
        name: SOURCES,
        flag: None,
        full: bytes,
        least: bytes,
        shares: 0,
        asked: None,
    })
}

/// The records of deliveries, if there are any.
fn records(arguments: &ServeArgs) -> Option<BudgetPart> {
    let bytes = arguments.records.records_memory;
    arguments.records.admin_addr.map(|_| BudgetPart {
        name: RECORDS,
        flag: None,
        full: bytes,
        least: bytes,
        shares: 0,
        asked: None,
    })
}

/// What a database of records takes, if there is one.
fn database(arguments: &ServeArgs) -> Option<BudgetPart> {
    let directory = arguments.records.records_dir.as_ref();
    directory.map(|_| BudgetPart {
        name: DATABASE,
        flag: None,
        full: limits::RECORDS_DATABASE,
        least: limits::RECORDS_DATABASE,
        shares: 0,
        asked: None,
    })
}

/// The spans that wait for the collector, if there is one.
fn traces(arguments: &ServeArgs) -> Option<BudgetPart> {
    let bytes = limits::WAITING_SPANS * limits::SPAN;
    let endpoint = arguments.traces.endpoint();
    endpoint
        .filter(|_| cfg!(feature = "traces"))
        .map(|_| BudgetPart {
            name: TRACES,
            flag: None,
            full: bytes,
            least: bytes,
            shares: 0,
            asked: None,
        })
}

impl MemoryBudget {
    /// Gives every part its least or what its flag asks for, and shares out the rest.
    ///
    /// # Errors
    /// When the limit is below the sum; says what to raise or lower.
    pub(crate) fn new(arguments: &ServeArgs, limit: MemoryLimit) -> Result<Self, UsageError> {
        let parts = parts(arguments, limit.bytes());
        let least = |part: &BudgetPart| part.asked.unwrap_or(part.least);
        if let Some(error) = parts.iter().find_map(BudgetPart::too_small) {
            return Err(error);
        }
        let needed: usize = parts.iter().map(least).fold(0, usize::saturating_add);
        let is_small = limit.bytes() < FLOOR;
        // A machine with less memory than the floor serves with the least.
        let refuses = match limit {
            MemoryLimit::Group(_) => is_small || needed > limit.bytes(),
            MemoryLimit::Machine(_) => !is_small && needed > limit.bytes(),
        };
        if refuses {
            return Err(too_little(limit, &parts, needed, arguments));
        }
        let mut rows: Vec<BudgetRow> = parts
            .iter()
            .map(|part| BudgetRow {
                name: part.name,
                bytes: least(part),
                asked: part.asked.is_some(),
            })
            .collect();
        let left = limit.bytes().saturating_sub(needed);
        share_out(left, &parts, &mut rows);
        Ok(Self { limit, rows })
    }

    /// The arguments, with the sizes that were not asked for filled in.
    #[must_use]
    pub(crate) fn applied(&self, mut arguments: ServeArgs) -> ServeArgs {
        arguments.max_connections = Some(self.of(CONNECTIONS) / connection(&arguments));
        arguments.max_bodies_in_flight = Some(self.of(BODIES));
        arguments.verify.max_guest_memory = Some(self.of(GUESTS));
        arguments.cache.compile_memory = Some(self.of(COMPILE));
        arguments.max_plugin_size = Some(self.of(PULLS) / PULLS_AT_ONCE);
        arguments
    }

    fn of(&self, name: &str) -> usize {
        let row = self.rows.iter().find(|row| row.name == name);
        row.map_or(0, |row| row.bytes)
    }

    pub(crate) fn log(&self) {
        let mut table = String::new();
        for row in &self.rows {
            let asked = if row.asked { " (asked for)" } else { "" };
            let _ = write!(table, "{} {}{asked}, ", row.name, mebibytes(row.bytes));
        }
        let bytes = self.rows.iter().map(|row| row.bytes);
        let sum = bytes.fold(0, usize::saturating_add);
        let (limit, all) = (self.limit, mebibytes(self.limit.bytes()));
        let rows = table.trim_end_matches(", ");
        let sum = mebibytes(sum);
        tracing::info!(rows, sum, limit = all, of = %limit, "memory budget");
    }
}

impl BudgetPart {
    fn too_small(&self) -> Option<UsageError> {
        let (flag, asked) = (self.flag?, self.asked?);
        // Bodies always get room for two of the largest, one connection is enough, and so is any plugin.
        let any_will_do = [BODIES, CONNECTIONS, PULLS].contains(&self.name);
        (!any_will_do && asked < self.least).then(|| {
            UsageError(format!(
                "{flag} is {}: at least {} are needed",
                mebibytes(asked),
                mebibytes(self.least)
            ))
        })
    }

    fn grows(&self, row: &BudgetRow) -> bool {
        self.asked.is_none() && self.shares > 0 && row.bytes < self.full
    }
}

/// Shares out what is left, in whole mebibytes. What one part does not use goes to the others.
fn share_out(mut left: usize, parts: &[BudgetPart], rows: &mut [BudgetRow]) {
    loop {
        let growing = parts.iter().zip(&*rows);
        let growing = growing.filter(|(part, row)| part.grows(row));
        let shares: usize = growing.map(|(part, _)| part.shares).sum();
        let share = left.checked_div(shares).unwrap_or(0) >> 20 << 20;
        if share == 0 {
            return;
        }
        for (part, row) in parts.iter().zip(&mut *rows) {
            if part.grows(row) {
                let more = (share * part.shares).min(part.full - row.bytes);
                row.bytes += more;
                left -= more;
            }
        }
    }
}

fn too_little(
    limit: MemoryLimit,
    parts: &[BudgetPart],
    needed: usize,
    arguments: &ServeArgs,
) -> UsageError {
    let asked = parts.iter().filter(|part| part.asked.is_some());
    let body = (arguments.max_body > limits::MAX_BODY).then_some("--max-body");
    let asked = asked.filter_map(|part| part.flag).chain(body);
    let asked: Vec<&str> = asked.collect();
    let instead = if asked.is_empty() {
        String::new()
    } else {
        format!(", or lower {}", asked.join(" and "))
    };
    let raise = match limit {
        MemoryLimit::Group(_) => "raise it (resources.limits.memory of a container)",
        MemoryLimit::Machine(_) => "there is no more",
    };
    UsageError(format!(
        "{limit} is {}, and serving needs {}: {raise}{instead}",
        mebibytes(limit.bytes()),
        mebibytes(needed.max(FLOOR)),
    ))
}

fn mebibytes(bytes: usize) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

#[cfg(test)]
mod tests;
