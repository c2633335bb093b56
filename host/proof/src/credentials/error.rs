/// Why a Secret does not carry what a binding needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not there.
    #[error("required fields '{0}'")]
    Missing(String),
    /// There and empty, or so once it is decoded.
    #[error("field '{0}' is empty")]
    Empty(String),
    /// White space alone, which is as good as nothing.
    #[error("field '{0}' holds nothing but white space: give it a value")]
    Blank(String),
    /// What it stands for in its encoding is white space alone.
    #[error("field '{0}' decodes to nothing but white space: give it a value")]
    DecodesBlank(String),
    /// Whoever applied it has left out to decrypt it.
    #[error("field '{0}' is still encrypted, as SOPS leaves it: decrypt it before it is applied")]
    Encrypted(String),
    /// No request can present it, so that it would match nothing.
    #[error("field '{0}' {1}: remove it")]
    Unpresentable(String, String),
    /// Not in the encoding that the provider expects; with what stands at its ends.
    #[error("field '{0}' is not {1}{ends}", ends = ends_of(.2.as_ref()))]
    Encoding(String, &'static str, Option<String>),
}

fn ends_of(ends: Option<&String>) -> String {
    ends.map_or_else(String::new, |ends| format!(": it {ends}"))
}
