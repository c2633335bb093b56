use bellpull_road::Ending;

/// How a delivery ended, and whether its connection ends with it.
#[derive(Debug)]
pub(crate) struct Parting {
    pub(crate) ending: Ending,
    /// Whether what is left of the body is not worth reading, so that the connection must end.
    pub(crate) close: bool,
}

impl Parting {
    pub(crate) fn closing(ending: Ending) -> Self {
        let close = true;
        Self { ending, close }
    }
}

impl From<Ending> for Parting {
    fn from(ending: Ending) -> Self {
        let close = false;
        Self { ending, close }
    }
}
