/// A step of the road of a complete delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Verify,
    Authorize,
    Resolve,
    Select,
    Notify,
}

impl Step {
    /// The name in traces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Authorize => "authorize",
            Self::Resolve => "resolve",
            Self::Select => "select",
            Self::Notify => "notify",
        }
    }
}
