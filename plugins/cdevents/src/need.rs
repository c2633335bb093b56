//! The members that the schema of one type requires, beyond those of every type.

use bellpull_sdk::{Refusal, Selection};

use crate::member::{self, malformed, one_of, required};
use crate::spec::Spec;

/// A member that the schema of a type requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A string that is not empty.
    Text(&'static str),
    /// A package URL.
    Purl(&'static str),
    /// `url`, which 0.5 calls `uri`.
    Url,
    /// `outcome` of a test. 0.5 has other words for it.
    Outcome,
    /// `outputType` of a test's output.
    OutputType,
}

impl Need {
    /// Checks that an event has the member, as this version of the specification writes it.
    ///
    /// # Errors
    /// `malformed`, with the name of the member.
    pub(crate) fn check(self, payload: &Selection, spec: Spec) -> Result<(), Refusal> {
        match self {
            Self::Text(pointer) => required(payload, pointer).map(|_| ()),
            Self::Purl(pointer) => match required(payload, pointer)?.starts_with("pkg:") {
                true => Ok(()),
                false => Err(malformed(pointer, "is no package URL")),
            },
            Self::Url if spec == Spec::V0_5 => required(payload, member::URI).map(|_| ()),
            Self::Url => required(payload, member::URL).map(|_| ()),
            Self::Outcome => one_of(payload, member::OUTCOME, &outcomes(spec)),
            Self::OutputType => one_of(payload, member::OUTPUT_TYPE, &OUTPUT_TYPES),
        }
    }
}

/// What `outcome` of a test may say.
const fn outcomes(spec: Spec) -> [&'static str; 4] {
    match spec {
        Spec::V0_3 | Spec::V0_4 => ["pass", "fail", "cancel", "error"],
        Spec::V0_5 => ["success", "failure", "cancel", "error"],
    }
}

/// What `outputType` of a test's output may say.
const OUTPUT_TYPES: [&str; 5] = ["report", "video", "image", "log", "other"];
