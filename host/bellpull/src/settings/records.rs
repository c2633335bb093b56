use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bellpull_core::limits;
use bellpull_records::{DatabaseSettings, LEAST_SIZE, RecordSettings, RecordedBodies};
use clap::{Args, ValueEnum};

use super::switch::Switch as _;
use super::values::{bytes, count, duration, loopback, shown_bytes, shown_duration};

/// The records of deliveries, and who reads them.
#[derive(Clone, Debug, Args)]
pub struct RecordArgs {
    /// Address on loopback that answers `bellpull deliveries`, such as 127.0.0.1:9441 [default: none, and
    /// nothing is recorded]
    #[arg(long, value_name = "ADDR", value_parser = loopback, env = "BELLPULL_ADMIN_ADDR")]
    pub admin_addr: Option<SocketAddr>,
    /// Refuse everything that changes something there: replays, notifications and the log level
    #[arg(long, switch(), env = "BELLPULL_ADMIN_READ_ONLY")]
    pub admin_read_only: bool,
    /// Who may ask there [default: whoever reaches it]
    ///
    /// The console is not served there then: `bellpull console` is it.
    #[arg(
        long,
        value_enum,
        requires = "admin_addr",
        conflicts_with = "manifests",
        env = "BELLPULL_ADMIN_AUTH"
    )]
    pub admin_auth: Option<AdminAuth>,
    /// Most memory for records of deliveries; what proves nothing has an eighth of it
    #[arg(long, value_name = "BYTES", default_value = shown_bytes(limits::RECORDS), value_parser = bytes, env = "BELLPULL_RECORDS_MEMORY")]
    pub records_memory: usize,
    /// Newest records of each Receiver that other Receivers do not push out
    #[arg(long, value_name = "N", default_value_t = limits::RECORDS_PER_RECEIVER, value_parser = count, env = "BELLPULL_RECORDS_PER_RECEIVER")]
    pub records_per_receiver: usize,
    /// Bodies that are kept in records, of 64KiB at most [default: verified with --manifests, none in a
    /// cluster]
    #[arg(long, value_enum, env = "BELLPULL_RECORD_BODIES")]
    pub record_bodies: Option<BodiesToRecord>,
    /// Directory of a database that keeps records over restarts [default: none, and they end with the
    /// process]
    #[arg(
        long,
        value_name = "DIR",
        requires = "admin_addr",
        env = "BELLPULL_RECORDS_DIR"
    )]
    pub records_dir: Option<PathBuf>,
    /// Age of the oldest record in that database; 0 is no bound
    #[arg(long, value_name = "DURATION", default_value = shown_duration(limits::RECORDS_MAX_AGE), value_parser = age, env = "BELLPULL_RECORDS_MAX_AGE")]
    pub records_max_age: Duration,
    /// Most bytes of that database; what proves nothing has an eighth of it
    #[arg(long, value_name = "BYTES", default_value = shown_bytes(limits::RECORDS_MAX_SIZE), value_parser = database_size, env = "BELLPULL_RECORDS_MAX_SIZE")]
    pub records_max_size: usize,
}

/// Who may ask the admin listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AdminAuth {
    /// Whoever has a bearer token of the cluster, and the rights to resources of bellpull.dev
    Kubernetes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BodiesToRecord {
    /// No body
    None,
    /// Those of deliveries that have proven themselves, if they hold no secret
    Verified,
}

/// A duration, or `0` without a unit.
fn age(text: &str) -> Result<Duration, String> {
    match text {
        "0" => Ok(Duration::ZERO),
        text => duration(text),
    }
}

fn database_size(text: &str) -> Result<usize, String> {
    let size = bytes(text)?;
    match usize::try_from(LEAST_SIZE) {
        Ok(least) if size < least => Err(format!("expected at least {}", shown_bytes(least))),
        _ => Ok(size),
    }
}

impl RecordArgs {
    /// The settings of the database. `None`: records end with the process.
    pub(crate) fn database(&self) -> Option<DatabaseSettings> {
        let age = self.records_max_age;
        self.records_dir.clone().map(|directory| DatabaseSettings {
            directory,
            max_age: (!age.is_zero()).then_some(age),
            max_size: self.records_max_size as u64,
        })
    }

    /// The settings of the records. `None`: nothing is recorded.
    pub(crate) fn settings(&self, on_directory: bool) -> Option<RecordSettings> {
        let by_itself = match on_directory {
            true => BodiesToRecord::Verified,
            false => BodiesToRecord::None,
        };
        self.admin_addr.map(|_| RecordSettings {
            memory: self.records_memory,
            per_receiver: self.records_per_receiver,
            bodies: match self.record_bodies.unwrap_or(by_itself) {
                BodiesToRecord::None => RecordedBodies::None,
                BodiesToRecord::Verified => RecordedBodies::Verified,
            },
        })
    }
}
