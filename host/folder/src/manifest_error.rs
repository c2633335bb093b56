use std::fmt;
use std::path::PathBuf;

/// An error in a manifest: where it is, what is wrong, and what to do. It shows nothing of a Secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError {
    /// The file, or a directory that cannot be read.
    pub file: PathBuf,
    /// The place in the file; `None` when the whole file is concerned.
    pub place: Option<DocumentPlace>,
    pub message: String,
}

/// A place in a file of several documents. All numbers begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentPlace {
    pub document: usize,
    /// The line of the file, not of the document.
    pub line: u64,
    /// In characters.
    pub column: u64,
}

/// `file:line:column: document n: message`, a form that editors and terminals turn into a link.
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
