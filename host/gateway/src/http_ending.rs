use bellpull_road::Ending;

/// How a delivery ended, and whether its HTTP connection ends with it.
#[derive(Debug)]
pub(crate) struct HttpEnding {
    pub(crate) ending: Ending,
    /// The rest of the body is not worth reading, so the connection cannot be used again.
    pub(crate) close: bool,
}

impl HttpEnding {
    pub(crate) fn closing(ending: Ending) -> Self {
        let close = true;
        Self { ending, close }
    }
}

impl From<Ending> for HttpEnding {
    fn from(ending: Ending) -> Self {
        let close = false;
        Self { ending, close }
    }
}
