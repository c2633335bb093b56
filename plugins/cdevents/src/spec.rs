//! The versions of CDEvents, and what its schemas require of one type or another.

/// A version of the specification. Its patches differ in words alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spec {
    V0_3,
    V0_4,
    V0_5,
}

impl Spec {
    pub(crate) const ALL: [Self; 3] = [Self::V0_3, Self::V0_4, Self::V0_5];

    /// As `spec.config` writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::V0_3 => "0.3",
            Self::V0_4 => "0.4",
            Self::V0_5 => "0.5",
        }
    }
}

/// A member that the schema of a type requires beside those that all require.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A string that is not empty.
    Text(&'static str),
    /// A package URL.
    Purl(&'static str),
    /// `url`, which 0.5 calls `uri`.
    Url,
    /// `outcome` of a test, which 0.5 words otherwise.
    Outcome,
    /// `outputType` of a test's output.
    OutputType,
}

pub(crate) const ENVIRONMENT: &str = "/subject/content/environment/id";
pub(crate) const CHANGE: &str = "/subject/content/change/id";
pub(crate) const SIGNATURE: &str = "/subject/content/signature";
pub(crate) const TICKET: &str = "/subject/content/ticketURI";
pub(crate) const PIPELINE: &str = "/subject/content/pipelineName";
pub(crate) const NAME: &str = "/subject/content/name";
pub(crate) const ARTIFACT: &str = "/subject/content/artifactId";
pub(crate) const FORMAT: &str = "/subject/content/format";
pub(crate) const URI: &str = "/subject/content/uri";
pub(crate) const URL: &str = "/subject/content/url";
pub(crate) const PAGE: &str = "/subject/content/viewUrl";
pub(crate) const REPOSITORY: &str = "/subject/content/repository/id";
pub(crate) const SUMMARY: &str = "/subject/content/summary";
pub(crate) const CREATOR: &str = "/subject/content/creator";
pub(crate) const RESOLUTION: &str = "/subject/content/resolution";
pub(crate) const OUTCOME: &str = "/subject/content/outcome";
pub(crate) const OUTPUT_TYPE: &str = "/subject/content/outputType";

/// What `outcome` of a test may say.
pub(crate) const fn outcomes(spec: Spec) -> [&'static str; 4] {
    match spec {
        Spec::V0_3 | Spec::V0_4 => ["pass", "fail", "cancel", "error"],
        Spec::V0_5 => ["success", "failure", "cancel", "error"],
    }
}

/// What `outputType` of a test's output may say.
pub(crate) const OUTPUT_TYPES: [&str; 5] = ["report", "video", "image", "log", "other"];
