use crate::class::Class;

/// A component as [`crate::Compiler`] has compiled it.
#[derive(Clone, Copy)]
pub struct Artefact<'a> {
    pub(crate) class: Class,
    pub(crate) code: &'a [u8],
}

impl<'a> Artefact<'a> {
    /// Vouches that `bytes` were written by [`crate::Compiler`] and by nobody since: they are
    /// machine code, and loading them runs it.
    ///
    /// # Errors
    /// When they do not begin as an artefact does.
    pub fn trusted(bytes: &'a [u8]) -> Result<Self, ArtefactError> {
        let (tag, code) = bytes.split_first().ok_or(ArtefactError::Foreign)?;
        let class = Class::of_tag(*tag).ok_or(ArtefactError::Foreign)?;
        Ok(Self { class, code })
    }

    /// The class of its guests.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }
}

/// Why an artefact cannot be loaded. Compiling the component again helps.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// Its first byte names no class, or the class of another engine.
    #[error("the compiled component is of no form that this version writes")]
    Foreign,
    /// It was made for another machine, version or configuration.
    #[error("the compiled component does not fit this machine or version: {0:#}")]
    Unfit(wasmtime::Error),
}
