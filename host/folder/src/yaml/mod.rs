//! YAML as a tree that remembers the place of each part.

mod document_starts;
mod place;
mod tree;

use bellpull_core::{limits, text};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, MessageFormatter as _, Spanned, UserMessageFormatter};

pub(crate) use document_starts::DocumentStarts;
pub(crate) use place::{YamlNode, YamlPlace};
use tree::{Tree, node};

/// Why a text is not a stream of YAML documents.
pub(crate) struct YamlError {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) message: String,
}

/// Documents of one file. The Receivers of a whole fleet fit.
const DOCUMENTS: usize = 50_000;
/// Values of one file: twenty for each document. A value takes about 150 bytes of memory.
const VALUES: usize = 1_000_000;
/// Levels of nesting. Kubernetes' own objects have about 20.
const DEPTH: usize = 64;

/// Reads every document that is not empty.
pub(crate) fn documents(text: &str) -> Result<Vec<YamlNode>, YamlError> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        emit_comments: false,
        budget: serde_saphyr::budget! {
            max_documents: DOCUMENTS,
            max_nodes: VALUES,
            // The start and the end of each mapping, sequence and document count too.
            max_events: 4 * VALUES,
            max_depth: DEPTH,
        },
        // Manifests hardly use aliases, and a few lines of aliases can expand to gigabytes.
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 16,
            max_alias_expansions_per_anchor: 100,
        },
    };
    serde_saphyr::from_multiple_with_options::<Spanned<Tree>>(text, options)
        .map(|documents| documents.into_iter().map(node).collect())
        .map_err(|error| {
            let location = error.location();
            YamlError {
                line: location.map_or(1, |location| location.line().max(1)),
                column: location.map_or(1, |location| location.column().max(1)),
                message: explain(&error, text.contains("Secret")),
            }
        })
}

/// The message of an error. The parser may quote the text, so its words are left out where the file may
/// hold a Secret.
fn explain(error: &Error, secret: bool) -> String {
    match error.without_snippet() {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            let key = text::printable(key, limits::GUEST_TEXT);
            format!("{key:?} is there twice: keep one")
        }
        Error::Budget { breach, .. } => over_limit(breach),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => ALIASES.to_owned(),
        Error::UnknownAnchor { .. } => {
            "an alias without its anchor: put text that begins with '*' in quotes".to_owned()
        }
        _ if secret => {
            "is not valid YAML; what stands there is not shown, since the file names a Secret"
                .to_owned()
        }
        error => {
            let message = UserMessageFormatter.format_message(error);
            let message = text::printable(&message, limits::GUEST_TEXT);
            format!("is not valid YAML: {message}")
        }
    }
}

const ALIASES: &str = "its aliases stand for too much: write out what they stand for";

/// The message for a limit that a file exceeds.
fn over_limit(breach: &BudgetBreach) -> String {
    match breach {
        BudgetBreach::Documents { .. } => {
            format!("has more than {DOCUMENTS} documents: split it into several files")
        }
        BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
            format!("has more than {VALUES} values: split it into several files")
        }
        BudgetBreach::Depth { .. } => {
            format!("nests values more than {DEPTH} deep: nothing that is read here does")
        }
        BudgetBreach::ScalarBytes { .. } | BudgetBreach::InputBytes { .. } => {
            "has more text than is read of a file: split it into several files".to_owned()
        }
        BudgetBreach::SequenceUnbalanced => "is not valid YAML: it ends within a value".to_owned(),
        _ => ALIASES.to_owned(),
    }
}
