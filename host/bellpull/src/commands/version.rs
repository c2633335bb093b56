use anyhow::{Context as _, Result};
use bellpull_sandbox::CONTRACTS;
use jiff::Timestamp;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::{self, Table};
use crate::settings::{TextFormat, VersionArgs};

/// What a field says that the build was not told.
const UNKNOWN: &str = "unknown";

/// Parts that a build may leave out, and whether this one has them.
const PARTS: [(&str, bool); 4] = [
    ("console", cfg!(feature = "console")),
    ("precompiled", cfg!(feature = "precompiled")),
    ("records-database", cfg!(feature = "records-database")),
    ("traces", cfg!(feature = "traces")),
];

/// What this binary was built from.
#[derive(Serialize)]
struct Version {
    version: &'static str,
    /// The commit of the sources. A build that is no release does not know it.
    commit: Option<&'static str>,
    /// When that commit was made.
    date: Option<Timestamp>,
    /// Versions of the contract that a component may be made for.
    contracts: &'static [&'static str],
    /// The version of the runtime, whose compiled code fits no other.
    wasmtime: &'static str,
    target: &'static str,
    /// The optional parts that it has.
    features: Vec<&'static str>,
}

pub(crate) fn run(arguments: &VersionArgs) -> Result<Exit> {
    let version = Version::of_this_build()?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&version)?)?,
        TextFormat::Text => version.print()?,
    }
    Ok(Exit::Success)
}

impl Version {
    /// What the build was told: the commit by `BELLPULL_COMMIT`, and its date by `SOURCE_DATE_EPOCH`
    /// (<https://reproducible-builds.org/specs/source-date-epoch/>).
    fn of_this_build() -> Result<Self> {
        let date = option_env!("SOURCE_DATE_EPOCH").map(|seconds| {
            let seconds = seconds.parse()?;
            anyhow::Ok(Timestamp::from_second(seconds)?)
        });
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("BELLPULL_COMMIT"),
            date: date.transpose().context("SOURCE_DATE_EPOCH of the build")?,
            contracts: &CONTRACTS,
            wasmtime: env!("BELLPULL_WASMTIME"),
            target: env!("BELLPULL_TARGET"),
            features: PARTS
                .into_iter()
                .filter_map(|(part, built)| built.then_some(part))
                .collect(),
        })
    }

    fn print(&self) -> Result<()> {
        let date = self.date.map(|date| date.to_string());
        let mut table = Table::plain();
        for (name, value) in [
            ("version", self.version),
            ("commit", self.commit.unwrap_or(UNKNOWN)),
            ("date", date.as_deref().unwrap_or(UNKNOWN)),
            ("contracts", &self.contracts.join(", ")),
            ("wasmtime", self.wasmtime),
            ("target", self.target),
            ("features", &self.features.join(", ")),
        ] {
            table.row([name.to_owned(), value.to_owned()]);
        }
        Ok(table.print()?)
    }
}
