/// Why a delivery gets no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    #[error("deliveries of this namespace hold all the memory that is its share")]
    Namespace,
    #[error("deliveries of this receiver hold all the memory that is its share")]
    Receiver,
    #[error("deliveries of this connection hold all the memory that is its share")]
    Connection,
    #[error(
        "the delivery was evicted: it was the largest unfinished one of whoever held most memory"
    )]
    Evicted,
}
