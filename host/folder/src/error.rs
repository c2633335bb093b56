use std::fmt;
use std::path::PathBuf;

/// What is wrong with a manifest, where, and what to do. Holds nothing of a Secret's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError {
    /// The file, or the directory that cannot be read.
    pub file: PathBuf,
    /// Where in the file, when it is about a part of it.
    pub place: Option<DocumentPlace>,
    /// What is wrong and what to do.
    pub message: String,
}

/// A place in a file of several documents. All numbers begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentPlace {
    /// Which document.
    pub document: usize,
    /// Line of the file.
    pub line: u64,
    /// Column, in characters.
    pub column: u64,
}

/// `file:line:column: document n: message`, which editors and terminals can follow.
impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            place,
            message,
        } = self;
        write!(f, "{}", file.display())?;
        if let Some(DocumentPlace {
            document,
            line,
            column,
        }) = place
        {
            write!(f, ":{line}:{column}: document {document}")?;
        }
        write!(f, ": {message}")
    }
}
