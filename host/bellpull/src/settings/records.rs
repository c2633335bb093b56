use std::net::SocketAddr;

use bellpull_core::limits;
use bellpull_records::{RecordSettings, RecordedBodies};
use clap::{Args, ValueEnum};

use super::switch::Switch as _;
use super::values::{bytes, count, loopback, shown_bytes};

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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BodiesToRecord {
    /// No body
    None,
    /// Those of deliveries that have proven themselves, if they hold no secret
    Verified,
}

impl RecordArgs {
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
