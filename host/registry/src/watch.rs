/// Who is shown how far transfers are.
pub trait TransferWatch: Send + Sync {
    /// A transfer of this many bytes begins. It ends when the value is dropped.
    fn begin(&self, direction: Direction, bytes: u64) -> Box<dyn WatchedTransfer>;
}

/// A transfer that goes on.
pub trait WatchedTransfer: Send {
    /// So many bytes of it have arrived by now. Uploads do not tell.
    fn arrived(&mut self, bytes: u64);
}

/// Where the bytes of a transfer go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Download,
    Upload,
}

/// Nobody watches.
pub(crate) struct Unwatched;

impl TransferWatch for Unwatched {
    fn begin(&self, _: Direction, _: u64) -> Box<dyn WatchedTransfer> {
        Box::new(Self)
    }
}

impl WatchedTransfer for Unwatched {
    fn arrived(&mut self, _: u64) {}
}
