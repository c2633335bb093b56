use std::path::PathBuf;
use std::time::Duration;

/// The least `max_size` of [`DatabaseSettings`]: a transaction has room beside the rest.
pub const LEAST_SIZE: u64 = 4 << 20;

/// Where records are kept over restarts, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// The directory of the file. It is made if there is none.
    pub directory: PathBuf,
    /// How old a record gets. `None`: as old as there is room.
    pub max_age: Option<Duration>,
    /// The most bytes of the file, [`LEAST_SIZE`] at least.
    pub max_size: u64,
}
