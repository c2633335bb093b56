//! The versions of CDEvents.

/// A version of the specification. Its patch versions differ only in their wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spec {
    V0_3,
    V0_4,
    V0_5,
}

impl Spec {
    pub(crate) const ALL: [Self; 3] = [Self::V0_3, Self::V0_4, Self::V0_5];

    /// The version as `spec.config` writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::V0_3 => "0.3",
            Self::V0_4 => "0.4",
            Self::V0_5 => "0.5",
        }
    }
}
