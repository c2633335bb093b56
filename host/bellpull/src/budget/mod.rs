//! What the parts of `serve` may take of the memory that there is, in one table.

mod limit;

use std::fmt::Write as _;

use bellpull_core::limits;

use crate::exit::UsageError;
use crate::settings::ServeArgs;
pub(crate) use limit::Limit;

/// Below this `serve` does not start in a control group: the least of each part.
pub(crate) const FLOOR: usize = 320 << 20;

/// A part, and what it may take, bytes.
struct Part {
    name: &'static str,
    /// What chooses it; `None`: nothing does.
    flag: Option<&'static str>,
    /// Where nothing is asked for and there is enough.
    full: usize,
    /// The least that it works with.
    least: usize,
    /// How many shares of what is left beyond the least of all it gets; none: it is what it is.
    shares: usize,
    /// What is asked for.
    asked: Option<usize>,
}

/// What each part gets, bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    limit: Limit,
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq, Eq)]
struct Row {
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

/// The parts. Whatever takes memory that tenants, plugins or senders decide about has a row.
fn parts(arguments: &ServeArgs, limit: usize) -> [Part; 6] {
    // Twice the largest body, since one Receiver gets little more than half.
    let least_bodies = arguments.max_body.saturating_mul(2).max(16 << 20);
    [
        Part {
            name: PROGRAM,
            flag: None,
            full: (48 << 20) + (limit / 16).min(256 << 20),
            least: (48 << 20) + (limit / 16).min(256 << 20),
            shares: 0,
            asked: None,
        },
        Part {
            name: CONNECTIONS,
            flag: Some("--max-connections"),
            full: limits::MAX_CONNECTIONS * limits::CONNECTION,
            least: 20 << 20,
            shares: 1,
            asked: arguments
                .max_connections
                .map(|asked| asked.saturating_mul(limits::CONNECTION)),
        },
        Part {
            name: FILTERS,
            flag: None,
            full: limits::ALL_COMPILED_EXPRESSIONS,
            least: limits::ALL_COMPILED_EXPRESSIONS,
            shares: 0,
            asked: None,
        },
        Part {
            name: BODIES,
            flag: Some("--max-bodies-in-flight"),
            full: limits::MAX_BODIES_IN_FLIGHT.max(least_bodies),
            least: least_bodies,
            shares: 1,
            asked: arguments
                .max_bodies_in_flight
                .map(|asked| asked.max(arguments.max_body.saturating_mul(2))),
        },
        Part {
            name: GUESTS,
            flag: Some("--max-guest-memory"),
            full: limits::MAX_GUEST_MEMORY,
            least: 64 << 20,
            shares: 2,
            asked: arguments.verify.max_guest_memory,
        },
        Part {
            name: COMPILE,
            flag: Some("--compile-memory"),
            full: limits::COMPILE_MEMORY,
            least: 64 << 20,
            shares: 1,
            asked: arguments.cache.compile_memory,
        },
    ]
}

impl Budget {
    /// What fits.
    ///
    /// # Errors
    /// When a control group allows less than the parts need; says what to raise or lower.
    pub(crate) fn new(arguments: &ServeArgs, limit: Limit) -> Result<Self, UsageError> {
        let parts = parts(arguments, limit.bytes());
        let least = |part: &Part| part.asked.unwrap_or(part.least);
        if let Some(error) = parts.iter().find_map(Part::too_small) {
            return Err(error);
        }
        let needed: usize = parts.iter().map(least).fold(0, usize::saturating_add);
        let is_small = limit.bytes() < FLOOR;
        // A machine that is small as a whole serves with the least.
        let refuses = match limit {
            Limit::Group(_) => is_small || needed > limit.bytes(),
            Limit::Machine(_) => !is_small && needed > limit.bytes(),
        };
        if refuses {
            return Err(too_little(limit, &parts, needed, arguments));
        }
        let mut rows: Vec<Row> = parts
            .iter()
            .map(|part| Row {
                name: part.name,
                bytes: least(part),
                asked: part.asked.is_some(),
            })
            .collect();
        let mut left = limit.bytes().saturating_sub(needed);
        // What one part has no use for is shared by the others, in whole mebibytes.
        loop {
            let growing = parts.iter().zip(&rows);
            let growing = growing.filter(|(part, row)| part.grows(row));
            let shares: usize = growing.map(|(part, _)| part.shares).sum();
            let share = left.checked_div(shares).unwrap_or(0) >> 20 << 20;
            if share == 0 {
                return Ok(Self { limit, rows });
            }
            for (part, row) in parts.iter().zip(&mut rows) {
                if part.grows(row) {
                    let more = (share * part.shares).min(part.full - row.bytes);
                    row.bytes += more;
                    left -= more;
                }
            }
        }
    }

    /// The arguments with what was not asked for.
    #[must_use]
    pub(crate) fn applied(&self, mut arguments: ServeArgs) -> ServeArgs {
        arguments.max_connections = Some(self.of(CONNECTIONS) / limits::CONNECTION);
        arguments.max_bodies_in_flight = Some(self.of(BODIES));
        arguments.verify.max_guest_memory = Some(self.of(GUESTS));
        arguments.cache.compile_memory = Some(self.of(COMPILE));
        arguments
    }

    fn of(&self, name: &str) -> usize {
        let row = self.rows.iter().find(|row| row.name == name);
        row.map_or(0, |row| row.bytes)
    }

    /// Logs it.
    pub(crate) fn say(&self) {
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

impl Part {
    /// What is wrong with asking for so little, where that is.
    fn too_small(&self) -> Option<UsageError> {
        let (flag, asked) = (self.flag?, self.asked?);
        // Of bodies at least two of the largest are taken, whatever is asked for, and one connection
        // is enough.
        let any_will_do = [BODIES, CONNECTIONS].contains(&self.name);
        (!any_will_do && asked < self.least).then(|| {
            UsageError(format!(
                "{flag} is {}: at least {} are needed",
                mebibytes(asked),
                mebibytes(self.least)
            ))
        })
    }

    fn grows(&self, row: &Row) -> bool {
        self.asked.is_none() && self.shares > 0 && row.bytes < self.full
    }
}

fn too_little(limit: Limit, parts: &[Part], needed: usize, arguments: &ServeArgs) -> UsageError {
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
        Limit::Group(_) => "raise it (resources.limits.memory of a container)",
        Limit::Machine(_) => "there is no more",
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
